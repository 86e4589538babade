import { type ErasedSubject, type ErasureTable, erasurePlan } from '#core/privacy/erasure/erasure-plan.ts';

/** One step of a deletion: something to do, and something to look at afterwards that shows that it was done. */
export type ErasureStep =
  | { readonly kind: 'table'; readonly name: string; readonly table: ErasureTable }
  | { readonly kind: (typeof deeds)[number]; readonly name: string };

const deeds = [
  'last-owner',
  'stored-objects',
  'held',
  'wallet',
  'payment-customer',
  'tombstone',
  'copies',
  'files',
] as const;

/** The last: what was deleted goes from the files too. */
export const filesStep: ErasureStep = { kind: 'files', name: 'files' };

/** In their order. @param order the tables of the database, those that others refer to before the others. */
export function stepsOf(subject: ErasedSubject, order: readonly string[]): readonly ErasureStep[] {
  const deed = (kind: (typeof deeds)[number]): ErasureStep => ({ kind, name: kind });
  const ends = [deed('copies'), filesStep];
  if (subject === 'workspace') {
    const begins = (['stored-objects', 'held', 'wallet', 'payment-customer', 'tombstone'] as const).map(deed);
    return [...begins, ...tableSteps(erasurePlan('workspace'), order), ...ends];
  }
  const tables = erasurePlan('person');
  // The key first: without it, nothing that was sealed for the person is read again, wherever it lies.
  const people = tables.filter(({ place }) => place === 'people').sort((a, b) => rank(a.table) - rank(b.table));
  const main = tables.filter(({ place }) => place === 'main');
  return [...[deed('last-owner'), deed('tombstone')], ...people.map(toStep), ...tableSteps(main, order), ...ends];
}

/** Sessions and proofs refer to their person, who therefore goes after them; what waits for links to expire is the last. */
function rank(table: string): number {
  if (table === 'person_key') return 0;
  if (table === 'person') return 2;
  return table === 'proof' ? 3 : 1;
}

/** What is found through a key, a limit, a batch, a copy … goes while that is there; then what others refer to after the others. */
function tableSteps(tables: readonly ErasureTable[], order: readonly string[]): readonly ErasureStep[] {
  const place = (table: string) => order.indexOf(table);
  const isThrough = ({ links }: ErasureTable) => (links.some((link) => through.has(link)) ? 0 : 1);
  return tables.toSorted((a, b) => isThrough(a) - isThrough(b) || place(b.table) - place(a.table)).map(toStep);
}

const through: ReadonlySet<string> = new Set(['key', 'owner', 'allowance', 'rate', 'operation', 'inspection', 'copy']);

function toStep(table: ErasureTable): ErasureStep {
  return { kind: 'table', name: `${table.place}:${table.table}`, table };
}
