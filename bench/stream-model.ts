// The model's name tells the upstream how to stream: `stream-300-10` is 300 chunks, one each 10 ms; pace 0 is at once.
// In another dialect than OpenAI's chat it ends in the dialect's name.
import { type DialectName, dialectNames } from './dialects.ts';

export type StreamShape = { readonly chunks: number; readonly paceMs: number; readonly dialect?: DialectName };

export function nameStreamModel({ chunks, paceMs, dialect }: StreamShape): string {
  return `stream-${chunks}-${paceMs}${dialect === undefined ? '' : `-${dialect}`}`;
}

// Gemini's callers name the model in the address.
const pattern = /(?:"model":\s?"|\/models\/)(?:bench\/)?stream-(\d+)-(\d+)(?:-([a-z-]+))?/;

export function parseStreamModel(request: readonly Buffer[]): StreamShape | undefined {
  for (const part of request) {
    if (part.indexOf('stream-') === -1) continue;
    const match = pattern.exec(part.toString('latin1'));
    if (match === null) continue;
    const shape = { chunks: Number(match[1]), paceMs: Number(match[2]) };
    const dialect = dialectNames.find((name) => name === match[3]);
    return dialect === undefined ? shape : { ...shape, dialect };
  }
  return undefined;
}
