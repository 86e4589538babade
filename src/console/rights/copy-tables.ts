import type { HeldKind } from '#core/privacy/rights/article-15.ts';
import { toCsv } from '../account/csv.ts';
import type { CommandOutcome, RunCommand } from '../command-link.ts';
import type { Letters } from '../people/letters.ts';
import type { PersonRecords, PersonRow } from './person-records.ts';

export type SubjectIds = { readonly person: string; readonly pseudonym: string; readonly email_hash: string };

/** One table of a copy, read page by page; each file of it reads it anew, so that none of it need be kept. */
export type CopyTable = {
  readonly table: string;
  pages(): AsyncIterable<readonly PersonRow[]>;
};

type Page = { readonly rows: readonly PersonRow[]; readonly next?: readonly (string | number)[] };

/** Every table that has something about the person: those of people.db, then those of the store. */
export async function copyTables(options: {
  readonly command: RunCommand;
  readonly records: PersonRecords;
  readonly letters: Letters;
  readonly subject: SubjectIds;
}): Promise<readonly CopyTable[]> {
  const { command, records, letters, subject } = options;
  const own: CopyTable[] = [];
  for (const table of records.tables) {
    if ((await records.rows(subject.person, table)).length === 0) continue;
    own.push({
      table,
      pages: async function* () {
        yield await records.rows(subject.person, table);
      },
    });
  }
  const held = answerOf<readonly HeldKind[]>(await command('held-show', subject));
  const kept = held
    .filter(({ rows }) => rows > 0)
    .map(({ table }) => ({ table, pages: () => pagesOf(command, table, subject, letters) }));
  return [...own, ...kept];
}

async function* pagesOf(
  command: RunCommand,
  table: string,
  subject: SubjectIds,
  letters: Letters,
): AsyncGenerator<readonly PersonRow[]> {
  let after: readonly (string | number)[] | undefined;
  do {
    const page: Page = answerOf<Page>(await command('held-page', { ...subject, table, ...(after ? { after } : {}) }));
    yield table === 'invitation' ? page.rows.map((row) => withAddress(row, letters)) : page.rows;
    after = page.next;
  } while (after);
}

/** The store keeps an invited address sealed, and gives it to its owner alone. */
function withAddress(row: PersonRow, letters: Letters): PersonRow {
  return typeof row.email === 'string' ? { ...row, email: letters.open(row.email) } : row;
}

/** Both ends at the same row, whatever is added meanwhile. */
export async function* toJsonLines(pages: AsyncIterable<readonly PersonRow[]>, onRow: (row: PersonRow) => void) {
  for await (const rows of pages) {
    for (const row of rows) onRow(row);
    if (rows.length > 0) yield `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
  }
}

export async function* toCsvPages(pages: AsyncIterable<readonly PersonRow[]>, rowsMax: number) {
  let written = 0;
  for await (const rows of pages) {
    const taken = rows.slice(0, rowsMax - written);
    if (taken.length === 0) return;
    const text = toCsv(taken);
    yield written === 0 ? text : text.slice(text.indexOf('\r\n') + 2);
    written += taken.length;
  }
}

export function answerOf<Value>(outcome: CommandOutcome): Value {
  // Whoever makes the copy ends it as failed; the sentence stands in no file of it.
  if ('refused' in outcome) throw new Error('the keeper did not answer');
  // The keeper's commands give these.
  return outcome.value as Value;
}
