/**
 * Technical and organisational measures (GDPR Article 32), each with the tests that show it works. What no test of this
 * software can show, such as who may enter a building, is the operator's to say, and is not here.
 */
export type Measure = {
  readonly area: 'access' | 'loss' | 'misuse' | 'alteration' | 'availability';
  readonly says: string;
  /** Test files, each of which must pass. */
  readonly tests: readonly string[];
};

export const measures: readonly Measure[] = [
  {
    area: 'access',
    says: 'Keys are kept as keyed hashes, and shown once.',
    tests: ['tests/keeper/key-format.test.ts', 'tests/store/accounts.test.ts'],
  },
  {
    area: 'access',
    says: 'Names and addresses of people lie sealed, each under a key of that person.',
    tests: ['tests/store/people.test.ts', 'tests/journeys/accounts.test.ts'],
  },
  {
    area: 'access',
    says: 'Every address says who may ask it; roles, keys and strangers are tried on each.',
    tests: ['tests/journeys/route-matrix.test.ts', 'tests/journeys/team.test.ts'],
  },
  {
    area: 'access',
    says: 'Guesses at passwords and codes are counted and slowed, and a second factor or a passkey can be asked for.',
    tests: ['tests/people/sign-in-limits.test.ts', 'tests/people/bounds.test.ts', 'tests/people/passkeys.test.ts'],
  },
  {
    area: 'access',
    says: 'Content is a type that no log, table, metric or file takes; a canary is looked for in everything written.',
    tests: ['tests/architecture.test.ts', 'tests/canary/canary.test.ts', 'tests/journeys/killed-upload.test.ts'],
  },
  {
    area: 'access',
    says: 'Requests leave to configured addresses alone, with heads made anew and end users under a pseudonym.',
    tests: ['tests/journeys/egress.test.ts', 'tests/properties/fail-closed.test.ts'],
  },
  {
    area: 'misuse',
    says: 'What people and operators change stands in a chained log, with who did it.',
    tests: ['tests/store/team.test.ts', 'tests/journeys/operators.test.ts'],
  },
  {
    area: 'misuse',
    says: 'Signs of abuse and leaked keys are acted on; a key stops within a second.',
    tests: ['tests/journeys/abuse.test.ts', 'tests/keeper/recall.test.ts'],
  },
  {
    area: 'misuse',
    says: 'What is kept has an end, is dropped by a job that leaves evidence, and can be held for the law.',
    tests: ['tests/store/retention.test.ts', 'tests/store/inventory.test.ts'],
  },
  {
    area: 'alteration',
    says: 'The ledger balances, is only ever added to, and is proven in both directions.',
    tests: ['tests/store/books.test.ts', 'tests/store/ledger-check.test.ts'],
  },
  {
    area: 'alteration',
    says: 'Receipts and promises stand in signed Merkle trees that anybody can check.',
    tests: ['tests/trust/receipts.test.ts', 'tests/trust/merkle-tree.test.ts'],
  },
  {
    area: 'loss',
    says: 'Copies of the whole store can be taken while it runs, and are proven when read back.',
    tests: ['tests/store/copy.test.ts', 'tests/store/migrate.test.ts'],
  },
  {
    area: 'loss',
    says: 'What a killed process had answered is in its journal, and is posted once.',
    tests: ['tests/keeper/recover.test.ts', 'tests/store/posting.test.ts'],
  },
  {
    area: 'availability',
    says: 'Load beyond what the machine bears is refused at the door; one endpoint that fails is replaced by another.',
    tests: [
      'tests/journeys/overload.test.ts',
      'tests/journeys/failover.test.ts',
      'tests/journeys/bad-upstream.test.ts',
    ],
  },
];
