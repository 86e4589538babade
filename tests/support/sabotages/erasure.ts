import type { Sabotage } from '../sabotage.ts';

/** Of deletion: what makes it whole. */
export const erasureSabotages: readonly Sabotage[] = [
  {
    name: 'rows-go-before-what-finds-them',
    file: 'src/keeper/erasure/erasure-steps.ts',
    find: 'isThrough(a) - isThrough(b) || ',
    replace: '',
    breaks: ['tests/store/erasure.test.ts'],
  },
  {
    name: 'key-copies-are-tried-again',
    file: 'src/keeper/erasure/carry-out-step.ts',
    find: "return { waits: 'key-copies' };",
    replace: '{}',
    breaks: ['tests/store/erasure-copies.test.ts'],
  },
  {
    name: 'wallets-end-with-their-person',
    file: 'src/keeper/erasure/carry-out-step.ts',
    find: "if (table.place === 'people' && table.table === 'backing_wallet') await endBacking(context);",
    replace: '',
    breaks: ['tests/store/erasure-copies.test.ts'],
  },
  {
    name: 'keys-go-from-beside-backups',
    file: 'src/keeper/erasure/carry-out-step.ts',
    find: 'forgetInCopies(await store.erasures.keyCopies(), { person, stone })',
    replace: '[] as readonly string[]',
    breaks: ['tests/store/erasure.test.ts'],
  },
  {
    name: 'late-payments-are-booked',
    file: 'src/store/sql/payment-store.ts',
    find: 'return await bookLate(sql, { id, workspace, paid, isBooked, refund, disputed: owed, now, newId });',
    replace: 'return;',
    breaks: ['tests/store/erasure.test.ts'],
  },
];
