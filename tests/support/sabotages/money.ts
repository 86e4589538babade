import type { Sabotage } from '../sabotage.ts';

/** Of leases, holds and posting: what the model of them must notice. */
export const moneySabotages: readonly Sabotage[] = [
  {
    name: 'a-deaf-tree-says-when',
    file: 'src/keeper/grants/recall-desk.ts',
    find: 'const isDeaf = round.hasRemote && !store.changes.hearsAtOnce();',
    replace: 'const isDeaf = round.hasRemote && store.changes.recall === undefined;',
    breaks: ['tests/keeper/recall.test.ts'],
  },
  {
    name: 'a-late-keeper-is-asked-once-more',
    file: 'src/gateway/admit/admit.ts',
    find: 'if (silences === silencesMax || !gateway.keeper.isUp) {',
    replace: 'if (silences <= silencesMax || !gateway.keeper.isUp) {',
    breaks: ['tests/journeys/taken-by-others.test.ts'],
  },
  {
    name: 'a-failed-transaction-is-undone',
    file: 'src/store/sqlite/sqlite-database.ts',
    find: "if (db.isOpen && db.isTransaction) db.exec('rollback');",
    replace: "if (db.isOpen && db.isTransaction) db.exec('commit');",
    breaks: ['tests/store/crash-n.test.ts'],
  },
  {
    name: 'a-failed-write-releases-nobody',
    file: 'src/gateway/journal/segment-writer.ts',
    find: 'this.#poison(segment, nowMs);\n      return 0;',
    replace:
      'this.#poison(segment, nowMs);\n      ring.take(run);\n      Atomics.add(cells, cell.written, run.ends);\n      return 0;',
    breaks: ['tests/journal/crash-n.test.ts'],
  },
  {
    name: 'a-grant-is-lent',
    file: 'src/store/sql/grant-all.ts',
    find: 'const steps = give > 0n ? [lend(sql, at, give)] : [];',
    replace: 'const steps = give < 0n ? [lend(sql, at, give)] : [];',
    breaks: ['tests/model/money-model.test.ts'],
  },
  {
    name: 'a-generation-is-posted-once',
    file: 'src/store/sql/posting-store.ts',
    find: '.filter(([id]) => !settled.has(id))',
    replace: ".filter(([id]) => id !== '' || !settled.has(id))",
    breaks: ['tests/model/money-model.test.ts'],
  },
  {
    name: 'what-is-held-is-not-given-back',
    file: 'src/gateway/admit/lease-book.ts',
    find: 'const kept = lease.held + lease.charged;',
    replace: 'const kept = lease.charged;',
    breaks: ['tests/model/money-model.test.ts'],
  },
  {
    name: 'a-recall-leaves-holds',
    file: 'src/gateway/admit/lease-book.ts',
    find: 'lease.granted = lease.held + lease.charged;',
    replace: 'lease.granted = lease.charged;',
    breaks: ['tests/model/money-model.test.ts'],
  },
  {
    name: 'a-closed-lease-returns-its-rest',
    file: 'src/store/sql/release-instance.ts',
    find: 'granted > posted);',
    replace: 'granted < posted);',
    breaks: ['tests/model/money-model.test.ts'],
  },
  {
    name: 'a-give-is-absolute',
    file: 'src/store/sql/give-back.ts',
    find: 'const floor = given.granted > lease.posted ? given.granted : lease.posted;',
    replace: 'const less = lease.granted - given.granted;\n  const floor = less > lease.posted ? less : lease.posted;',
    breaks: ['tests/model/money-model.test.ts'],
  },
  {
    name: 'what-cannot-be-asked-for-comes-back',
    file: 'src/gateway/kept/operation-watch.ts',
    find: 'if (isUnasked(thrown)) return giveUp(operation, gateway);',
    replace: '',
    breaks: ['tests/journeys/batch-safety.test.ts'],
  },
];
