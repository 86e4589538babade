import type { Sabotage } from '../sabotage.ts';

/** Of receipts and the log of promises: what makes them proofs. */
export const trustSabotages: readonly Sabotage[] = [
  {
    name: 'leaves-are-not-nodes',
    file: 'src/core/trust/merkle-tree.ts',
    find: 'return sha256(`\\0${entry}`);',
    replace: 'return sha256(entry);',
    breaks: ['tests/trust/merkle-tree.test.ts'],
  },
  {
    name: 'signature-is-checked',
    file: 'src/core/trust/verify-receipt.ts',
    find: 'else if (!verify(key, batchHeadText(batch.id, batch), batch.signature)) {',
    replace: 'else if (batch.signature === undefined) {',
    breaks: ['tests/trust/receipts.test.ts'],
  },
  {
    name: 'inclusion-is-checked',
    file: 'src/core/trust/merkle-tree.ts',
    find: 'return last === 0 && isSame(hash, root);',
    replace: 'return last === 0;',
    breaks: ['tests/trust/receipts.test.ts', 'tests/trust/merkle-tree.test.ts'],
  },
  {
    name: 'receipt-is-its-workspaces',
    file: 'src/keeper/commands/receipts.ts',
    find: ' || (within !== undefined && found.row.workspace !== within)',
    replace: '',
    breaks: ['tests/store/trust.test.ts'],
  },
  {
    name: 'receipts-are-signed',
    file: 'src/store/sql/posting-store.ts',
    find: 'if (receipts) await addReceiptBatch(sql, receipts);',
    replace: '',
    breaks: ['tests/store/trust.test.ts'],
  },
  {
    name: 'log-has-one-end',
    file: 'src/store/sql/log-entries.ts',
    find: 'where one = 1 ${sql.forUpdate}`',
    replace: 'where one = 1`',
    breaks: ['tests/store/trust.test.ts'],
  },
  {
    name: 'old-key-vouches',
    file: 'src/core/trust/verify-log.ts',
    find: '!isVouched) unvouched.push(subject);',
    replace: 'isVouched) unvouched.push(subject);',
    breaks: ['tests/store/trust.test.ts'],
  },
  {
    name: 'log-goes-on-from-what-was-seen',
    file: 'src/core/trust/verify-log.ts',
    find: 'return hex(rootOf(leaves.slice(0, earlier.size), sha256)) === earlier.root;',
    replace: 'return true;',
    breaks: ['tests/journeys/receipts.test.ts'],
  },
];
