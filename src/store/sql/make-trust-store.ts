import type { PublicKey } from '#core/trust/public-key.ts';
import type { TrustStore } from '../trust-store.ts';
import { findGeneration } from './generation-rows.ts';
import {
  appendEntries,
  findEntries,
  findEntriesOf,
  findFirstSaid,
  findHead,
  findLeaves,
  findSubjects,
} from './log-entries.ts';
import { text, whole, wholeOrNull } from './read-row.ts';
import { findReceiptBatch } from './receipt-rows.ts';
import type { Database, Row } from './sql.ts';

export function makeTrustStore(db: Database): TrustStore {
  return {
    async keys() {
      const rows = await db.all('select id, public, since, until from trust_key order by since, id');
      return rows.map(toKey);
    },
    async addKey({ id, publicKey, since, until }) {
      await db.run(
        `insert into trust_key (id, public, since, until) values (:id, :publicKey, :since, :until)
         on conflict (id) do nothing`,
        { id, publicKey, since, until },
      );
    },
    retireKey: async (id, at) =>
      (await db.run('update trust_key set until = :at where id = :id and until is null', { id, at })) === 1,
    append: (entries, at, sign) => db.transaction((sql) => appendEntries(sql, entries, { at, sign })),
    head: () => findHead(db),
    entries: (from, max) => findEntries(db, from, max),
    entriesOf: (kind) => findEntriesOf(db, kind),
    firstSaid: (kind) => findFirstSaid(db, kind),
    leaves: (size, from) => findLeaves(db, size, from),
    subjects: (kind) => findSubjects(db, kind),
    async receipt(generation) {
      const row = await findGeneration(db, generation);
      const batch = row?.receipt && (await findReceiptBatch(db, row.receipt.batch));
      return row && batch && { row, batch };
    },
  };
}

function toKey(row: Row): PublicKey {
  return {
    id: text(row, 'id'),
    publicKey: text(row, 'public'),
    since: whole(row, 'since'),
    until: wholeOrNull(row, 'until'),
  };
}
