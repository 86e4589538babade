// Marks for a person in every column that the inventory calls exportable: by the inventory alone, so that a new column is seeded, too.
import { columnInventory } from '#core/privacy/column-inventory.ts';

/** Whom rows are to be about, and the ids under which they hang together. */
export type SeedSubject = {
  readonly mark: string;
  readonly person: string;
  readonly pseudonym: string;
  readonly emailHash: string;
  /** As the console seals an invited address. */
  readonly sealedAddress: string;
  /** What a person wrote to the desk, sealed, and its key. */
  readonly wrote: { readonly sealed: string; readonly sealKey: string };
};

export type SeedRow = Readonly<Record<string, string | number>>;

export type Column = { readonly table: string; readonly name: string; readonly isNumber: boolean };

/** Numbers that stand for no day of our times, each once. */
let lastNumber = 7_100_000_000_000;

/** A row for each table of which somebody gets something. */
export function seedRows(subject: SeedSubject, columns: readonly Column[]): ReadonlyMap<string, SeedRow> {
  const tables = Object.entries(columnInventory).filter(([, each]) => Object.values(each).some((as) => as.exportable));
  return new Map(
    tables.map(([table]) => {
      const own = linksOf(table, subject);
      const row = columns
        .filter((column) => column.table === table)
        .map(({ name, isNumber }) => {
          const value = own[name];
          if (value !== undefined) return [name, value];
          lastNumber += 1;
          return [name, isNumber ? lastNumber : `mark-${subject.mark}-${table}-${name}`];
        });
      return [table, Object.fromEntries(row)];
    }),
  );
}

/** What joins a row to the person, and the few words that the product itself reads. */
function linksOf(table: string, subject: SeedSubject): Readonly<Record<string, string | number | undefined>> {
  const id = (what: string) => `${what}-of-${subject.mark}`;
  const joined = {
    ...{ workspace: id('ws'), wallet: id('wallet'), key: id('key'), allowance: id('allowance'), rate: id('rate') },
    ...{ payment: id('payment'), operation: id('operation'), generation: id('generation'), transfer: id('transfer') },
    ...{
      account: id('wallet'),
      inspection: id('inspection'),
      erasure: id('erasure'),
      person: subject.person,
      actor: subject.pseudonym,
    },
  };
  const special: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
    workspace: { id: id('ws') },
    member: { role: 'owner' },
    person_activity: { told: 0 },
    key: { id: id('key') },
    allowance: { id: id('allowance') },
    rate: { id: id('rate') },
    payment: { id: id('payment') },
    operation: { id: id('operation') },
    account: { id: id('wallet') },
    transfer: { id: id('transfer') },
    owner_setting: { owner: id('ws') },
    adjustment: { proposed_by: subject.pseudonym, confirmed_by: subject.pseudonym },
    invitation: { invited_by: subject.pseudonym, email_hash: subject.emailHash, email: subject.sealedAddress },
    privacy_case: {
      ...{ person: subject.pseudonym, register: 'request', facts: JSON.stringify({ about: `mark-${subject.mark}` }) },
      ...{ sealed: subject.wrote.sealed, seal_key: subject.wrote.sealKey },
    },
    inspection: { id: id('inspection'), told: 1, state: 'destroyed' },
    erasure: {
      ...{ id: id('erasure'), kind: 'person', subject: subject.person, state: 'cancelled', told: 1 },
      ...{ asked_by: subject.pseudonym, facts: JSON.stringify({ mark: `mark-${subject.mark}` }) },
    },
    privacy_copy: { state: 'failed' },
    restriction: { kind: 'workspace', subject: id('ws') },
  };
  return { ...joined, ...special[table] };
}
