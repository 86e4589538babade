// The model's name tells the upstream how to stream: `stream-300-10` is 300 chunks, one each 10 ms; pace 0 is at once.
export type StreamShape = { readonly chunks: number; readonly paceMs: number };

export function nameStreamModel(shape: StreamShape): string {
  return `stream-${shape.chunks}-${shape.paceMs}`;
}

const pattern = /"model":\s?"(?:bench\/)?stream-(\d+)-(\d+)"/;

export function parseStreamModel(request: readonly Buffer[]): StreamShape | undefined {
  for (const part of request) {
    if (part.indexOf('stream-') === -1) continue;
    const match = pattern.exec(part.toString('latin1'));
    if (match !== null) return { chunks: Number(match[1]), paceMs: Number(match[2]) };
  }
  return undefined;
}
