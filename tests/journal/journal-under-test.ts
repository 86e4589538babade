import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { JournalRecord } from '#core/journal/record.ts';
import { scanSegment } from '#core/journal/scan.ts';
import { type OpenJournal, openJournal } from '#gateway/journal/open-journal.ts';
import type { JournalAlarm } from '#gateway/journal.ts';

export type JournalUnderTest = {
  readonly journal: OpenJournal;
  readonly alarms: JournalAlarm[];
  readonly dataDir: string;
  readonly keeperSocket: string;
  readonly directory: string;
};

type Options = { readonly dataDir?: string; readonly maxUnposted?: number; readonly segmentBytes?: number };

export async function journalUnderTest(context: TestContext, options: Options = {}): Promise<JournalUnderTest> {
  let opened: OpenJournal | null = null;
  // Hooks run in the order of their registration: the thread ends before its folder goes.
  context.after(() => opened?.close(0));
  const dataDir = options.dataDir ?? temporaryFolder(context);
  const keeperSocket = join(temporaryFolder(context), 'k.sock');
  const alarms: JournalAlarm[] = [];
  const onAlarm = (alarm: JournalAlarm) => void alarms.push(alarm);
  const identity = { dataDir, instance: 'g1', keeperSocket, onAlarm };
  const journal = await openJournal({ segmentBytes: 1024 * 1024, ...options, ...identity });
  opened = journal;
  return { journal, alarms, dataDir, keeperSocket, directory: join(dataDir, 'journal', 'g1') };
}

export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'fl-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** All records of a journal's directory, in order. */
export function readJournal(directory: string): JournalRecord[] {
  const names = readdirSync(directory).sort();
  return names.flatMap((name) => scanSegment(readFileSync(join(directory, name))).records);
}

export function endsOf(records: readonly JournalRecord[]): string[] {
  return records.filter(({ kind }) => kind === 'end').map(({ generation }) => generation);
}

/** Waits for what another thread or process brings about. */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 8000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
