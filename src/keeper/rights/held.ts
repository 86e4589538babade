import { heldKindOf } from '#core/privacy/rights/article-15.ts';
import type { Subject } from '#store/rights/rights-store.ts';
import { Arguments } from '../commands/arguments.ts';
import { unsealed } from '../commands/cases.ts';
import { type CommandContext, Refused } from '../commands/command.ts';

const rowsMax = 500;

/** How much of each kind is kept about a person, by a walk through the inventory. */
export async function showHeld({ store }: CommandContext, given: unknown) {
  const counts = await store.rights.counts(readSubject(new Arguments(given)));
  return [...counts].flatMap(([table, rows]) => heldKindOf(table, rows) ?? []);
}

/** The next rows of one table that are about a person; what it wrote is opened. */
export async function pageOfHeld({ store }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const table = args.text('table', 'which table', 64);
  if (!store.rights.tables.includes(table)) throw new Refused(`Nobody gets anything of "${table}".`);
  const max = Math.min(args.optionalCount('max', 'how many') ?? rowsMax, rowsMax);
  const after = args.isList('after') ? args.list('after', 'after which row').map(toPlace) : undefined;
  const page = await store.rights.page(readSubject(args), { table, after, max });
  if (table !== 'privacy_case') return page;
  return {
    ...page,
    rows: await Promise.all(page.rows.map(async (row) => ({ ...row, ...(await opened(store, row.id)) }))),
  };
}

async function opened({ cases }: CommandContext['store'], id: unknown) {
  const found = await cases.find(String(id));
  const wrote = found && unsealed(found);
  return { sealed: wrote?.text ?? null };
}

function readSubject(args: Arguments): Subject {
  return {
    person: args.text('person', 'which person', 64),
    pseudonym: args.text('pseudonym', 'what the person is called', 64),
    emailHash: args.text('email_hash', "the hash of the person's address", 64),
  };
}

function toPlace(value: unknown): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new Refused('A place is made of texts and numbers.');
}
