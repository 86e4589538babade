import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { repository } from '../../support/run-result.ts';
import { at, text } from '../oracle/plain.ts';
import type { Dialect } from '../oracle/summary.ts';
import type { Exchange } from './exchange.ts';

/** The folder of recorded exchanges: FAIRLEAD_WIRE, else `shared/wire` in a folder above the repository. */
export function findWire(): string | undefined {
  const named = process.env.FAIRLEAD_WIRE;
  if (named) return existsSync(join(named, 'exchanges')) ? named : undefined;
  for (let folder = dirname(repository); ; folder = dirname(folder)) {
    const wire = join(folder, 'shared/wire');
    if (existsSync(join(wire, 'exchanges'))) return wire;
    if (folder === dirname(folder)) return undefined;
  }
}

const files = {
  'openai-chat': 'chat',
  'openai-responses': 'responses',
  'anthropic-messages': 'messages',
  'gemini-generate': 'gemini',
} as const satisfies Record<Dialect, string>;

export function readExchanges(wire: string, dialect: Dialect): Exchange[] {
  const packed = readFileSync(join(wire, `exchanges/${files[dialect]}.jsonl.gz`));
  const lines = gunzipSync(packed).toString('utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const row: unknown = JSON.parse(line);
      return {
        id: text(at(row, 'id')),
        source: 'exchanges',
        dialect,
        request: text(at(row, 'req')),
        url: text(at(row, 'url')),
        status: Number(at(row, 'status')),
        isStream: at(row, 'stream') === true,
        reply: text(at(row, 'res')),
      };
    });
}
