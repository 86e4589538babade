import type { ErasureRow } from '#store/erasure-store.ts';
import type { Store } from '#store/store.ts';

/** As long as the strictest of the laws that we know wants invoices kept (Germany, Austria, France: ten years at most). */
const booksYears = 10;

const why =
  'The law on books and invoices wants these rows kept. They name amounts, counts, days and random ids: no name, no address, no key.';

/** What went, what stays, why, and until when: for whoever was deleted, and evidence for the operator. */
export async function receiptOf(
  erasure: ErasureRow,
  { store, now }: { readonly store: Pick<Store, 'erasures'>; now(): number },
) {
  const steps = await store.erasures.steps(erasure.id);
  const kept = erasure.kind === 'workspace' ? await store.erasures.keptOf(erasure.subject) : {};
  const current = await store.erasures.find(erasure.id);
  const facts = current?.facts ?? erasure.facts;
  return {
    id: erasure.id,
    kind: erasure.kind,
    pseudonym: erasure.pseudonym,
    asked_at: isoOf(erasure.askedAt),
    gone_at: isoOf(now()),
    went: steps
      .filter(({ name }) => name !== 'files')
      .map(({ name, rows, doneAt, verifiedAt }) => ({
        ...{ step: name, rows },
        ...{
          done_at: doneAt === null ? null : isoOf(doneAt),
          verified_at: verifiedAt === null ? null : isoOf(verifiedAt),
        },
      })),
    kept: [
      ...Object.entries(kept).map(([what, rows]) => ({ what, rows, why, until: yearsOn(now(), booksYears) })),
      {
        ...{ what: 'audit_entry', rows: null, until: null },
        why: `The log of changes is a chain of hashes: it goes on naming a pseudonym (${erasure.pseudonym}), which leads to nobody any more.`,
      },
    ],
    facts,
  };
}

/** The end of the tenth year after this one. */
function yearsOn(at: number, years: number): string {
  return `${new Date(at).getUTCFullYear() + years}-12-31`;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
