/**
 * The words that were ever shipped: whoever changes policy-text.ts, or what the inventory says of categories, purposes and
 * retention, adds a row, and decides whether the change matters to people. The test knows the hash.
 */
export type PolicyRevision = {
  readonly revision: number;
  readonly day: string;
  /** By a person; the rule of compare-policies.ts may say so, too. */
  readonly material: boolean;
  /** SHA-256 of the strict policy in canonical JSON. */
  readonly hash: string;
};

export const policyRevisions: readonly PolicyRevision[] = [
  {
    revision: 1,
    day: '2026-11-30',
    material: false,
    hash: 'ddea7b9dff1fe9079ca749cd2eabca09e9ad3f7f1c29aff32847a400b8b8bccb',
  },
];
