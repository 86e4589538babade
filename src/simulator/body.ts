import type { IncomingMessage } from 'node:http';

/** The whole body; `undefined` when it is longer than `bytesMax`. Rejects when the caller leaves. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= bytesMax) parts.push(part);
      // What is too long is still read, or the refusal would be lost with a reset; but not for ever.
      if (size > bytesMax * 4) request.destroy();
    });
    request.on('end', () => resolve(size <= bytesMax ? Buffer.concat(parts) : undefined));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The caller left before the end of its body.')));
  });
}
