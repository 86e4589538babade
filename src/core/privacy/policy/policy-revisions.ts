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
    hash: 'b7b2e50686ae9607bc48c0fe03e5da815d1f0829b457fc76a83b041b75b09a5b',
  },
  // Requests about privacy are kept for a year.
  {
    revision: 2,
    day: '2026-11-30',
    material: false,
    hash: 'fa2cc372545ba2edb300effd5e99da2c63ad9ee66e15894d87b22e9ca0c2e56e',
  },
  // In a look at single requests, content lies sealed for a day.
  {
    revision: 3,
    day: '2026-11-30',
    material: true,
    hash: 'd673ce1f1839d87dead49ac4e7ec9bb18a6956f93175a4cb0506ac47a3bcd1ca',
  },
  // What the operator earned stays with its margin, about nobody.
  {
    revision: 4,
    day: '2026-11-30',
    material: false,
    hash: '3de434a6592242766da00ef4102437743c4319b266fa07b6b3838be4d60085ce',
  },
  // Accounts that nobody uses are closed after two letters; of each key the last use is kept, with a shortened address.
  {
    revision: 5,
    day: '2026-11-30',
    material: true,
    hash: '4171040e3751fc0b5e4e7fe333da298fd6f552c30b531bbdd0010269440976d4',
  },
  // News by mail are promised to come to nobody who did not agree.
  {
    revision: 6,
    day: '2026-11-30',
    material: false,
    hash: '76a454d6743065eab754d90886ea5b2d36254341a4cc7d6d8e480b311c8c6ea4',
  },
  // Who was written to about outages and webhooks is kept for two weeks.
  {
    revision: 7,
    day: '2026-11-30',
    material: false,
    hash: '8b182759595e98069d3fdbbb93b7e6441be122ca43ae5269e65b179128d937e8',
  },
];
