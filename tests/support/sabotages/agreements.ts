import type { Sabotage } from '../sabotage.ts';

const breaks = ['tests/journeys/agreement.test.ts'];

/** Of contracts with whoever gets data, and of the agreement on processing. */
export const agreementSabotages: readonly Sabotage[] = [
  {
    name: 'missing-contracts-are-said',
    file: 'src/core/privacy/notices/sub-processor-contracts.ts',
    find: 'if (entry?.contract === undefined) return null;',
    replace: "if (entry?.contract === undefined) return { what: 'as agreed', date: null, link: null, basis: null };",
    breaks,
  },
  {
    name: 'agreements-are-in-the-words-shown',
    file: 'src/keeper/commands/agreements.ts',
    find: 'asked[0] !== shown.version || asked[1] !== shown.hash',
    replace: 'asked[0] !== shown.version',
    breaks,
  },
];
