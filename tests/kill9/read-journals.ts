import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BeginRecord, EndRecord } from '#core/journal/record.ts';
import { scanSegment } from '#core/journal/scan.ts';

/** What a killed gateway left in its files, read by nobody yet. */
export type LeftBehind = {
  readonly ended: ReadonlyMap<string, EndRecord>;
  readonly begunOnly: ReadonlyMap<string, BeginRecord>;
  readonly torn: number;
};

export function readJournals(dataDir: string): LeftBehind {
  const begun = new Map<string, BeginRecord>();
  const ended = new Map<string, EndRecord>();
  let torn = 0;
  const folder = join(dataDir, 'journal');
  const segments = existsSync(folder) ? globSync('*/*.seg', { cwd: folder }).sort() : [];
  for (const segment of segments) {
    const scanned = scanSegment(readFileSync(join(folder, segment)));
    if (scanned.torn) torn += 1;
    for (const record of scanned.records) {
      if (record.kind === 'begin') begun.set(record.generation, record);
      if (record.kind === 'end') ended.set(record.generation, record);
    }
  }
  const begunOnly = new Map([...begun].filter(([generation]) => !ended.has(generation)));
  return { ended, begunOnly, torn };
}
