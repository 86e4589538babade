import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

export type InflateListener = {
  data(bytes: Buffer): void;
  end(): void;
  failed(): void;
  /** The upstream should wait. */
  full(): void;
  drained(): void;
};

/**
 * We ask upstreams for no compression; one that compresses all the same is inflated as it comes. Undefined: an
 * encoding that we do not know.
 */
export function inflating(encoding: string, listener: InflateListener) {
  const stream = inflater(encoding);
  if (!stream) return undefined;
  stream.on('data', (bytes: Buffer) => listener.data(bytes));
  stream.on('end', () => listener.end());
  stream.on('error', () => listener.failed());
  stream.on('drain', () => listener.drained());
  return {
    write(bytes: Buffer): void {
      if (!stream.write(bytes)) listener.full();
    },
    end: () => void stream.end(),
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    destroy: () => void stream.destroy(),
  };
}

function inflater(encoding: string) {
  switch (encoding.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      return undefined;
  }
}
