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
    name: 'a-log-grows-by-all-its-peaks',
    file: 'src/store/sql/log-entries.ts',
    find: 'if (kept.length === countOf(size)) return',
    replace: 'if (kept.length >= 0) return',
    breaks: ['tests/store/trust.test.ts'],
  },
  {
    name: 'peaks-carry-as-an-addition-does',
    file: 'src/core/trust/merkle-peaks.ts',
    find: 'for (let bits = place; bits % 2 === 1; bits = Math.floor(bits / 2)) {',
    replace: 'if (place % 2 === 1) {',
    breaks: ['tests/trust/merkle-peaks.test.ts', 'tests/store/trust.test.ts'],
  },
  {
    name: 'log-goes-on-from-what-was-seen',
    file: 'src/core/trust/verify-log.ts',
    find: 'return hex(rootOf(leaves.slice(0, earlier.size), sha256)) === earlier.root;',
    replace: 'return true;',
    breaks: ['tests/journeys/receipts.test.ts'],
  },
];

/** Of promises that nothing else takes away. */
export const promiseSabotages: readonly Sabotage[] = [
  {
    name: 'every-column-is-classified',
    file: 'src/core/privacy/column-inventory.ts',
    find: "  job_leader: classify(operation, 'name holder until'),\n",
    replace: '',
    breaks: ['tests/store/inventory.test.ts'],
  },
  {
    name: 'attempts-are-recorded',
    file: 'src/gateway/attempt/attempt.ts',
    find: 'ask.attempts.push(recordOf(endpoint, statusOf(trouble), verdict.word, ms));',
    replace: '',
    breaks: ['tests/journeys/policy-sample.test.ts'],
  },
];

/** Of the policy: what was said, when, and what that changes. */
export const policySabotages: readonly Sabotage[] = [
  {
    name: 'policy-has-its-day',
    file: 'src/core/privacy/policy/published-policy.ts',
    find: 'published.findLast(({ effective }) => effective <= today)',
    replace: 'published.at(-1)',
    breaks: ['tests/properties/policy.test.ts', 'tests/journeys/legal-pages.test.ts'],
  },
  {
    name: 'longer-is-material',
    file: 'src/core/privacy/policy/compare-policies.ts',
    find: 'const isMore = (more: number): boolean => more > 0;',
    replace: 'const isMore = (more: number): boolean => more < 0;',
    breaks: ['tests/properties/policy.test.ts', 'tests/journeys/legal-pages.test.ts'],
  },
  {
    name: 'the-annex-is-whole',
    file: 'src/console/legal/legal-desk.ts',
    find: 'return categories.map((category) => {',
    replace: 'return categories.slice(1).map((category) => {',
    breaks: ['tests/journeys/legal-pages.test.ts'],
  },
];

/** Of retention: what is over goes, what is held and what is money stays. */
export const retentionSabotages: readonly Sabotage[] = [
  {
    name: 'usage-goes-on-day-91',
    file: 'src/core/privacy/retention.ts',
    find: '(Math.floor(now / dayMs) - days) * dayMs',
    replace: '(Math.floor(now / dayMs) - days - 1) * dayMs',
    breaks: ['tests/store/retention.test.ts'],
  },
  {
    name: 'usage-stays-for-90-days',
    file: 'src/core/privacy/retention.ts',
    find: '(Math.floor(now / dayMs) - days) * dayMs',
    replace: 'now - days * dayMs',
    breaks: ['tests/store/retention.test.ts'],
  },
  {
    name: 'what-is-held-stays',
    file: 'src/store/sql/retention-drops.ts',
    find: ' and legal_hold.ended_at is null)`',
    replace: ' and legal_hold.ended_at is not null)`',
    breaks: ['tests/store/retention.test.ts'],
  },
  {
    name: 'drops-leave-evidence',
    file: 'src/store/sql/make-retention-store.ts',
    find: 'if (dropped.length > 0) await addEvidence',
    replace: 'if (dropped.length < 0) await addEvidence',
    breaks: ['tests/store/retention.test.ts'],
  },
];
