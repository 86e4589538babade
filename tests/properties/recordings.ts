import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

// Real exchanges of providers, beside the repository where they are present; none of them is copied into it.

const file = new URL('../../../shared/wire/exchanges/chat.jsonl.gz', import.meta.url);

/** For a test's `skip`: false when the recordings are there, else why not. */
export const withoutRecordings: string | false = existsSync(file) ? false : 'no recordings beside the repository';

export type Recording = { readonly id: string; readonly stream: boolean; readonly req: string; readonly res: string };

export function readRecordings(): readonly Recording[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}
