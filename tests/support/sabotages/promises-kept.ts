import type { Sabotage } from '../sabotage.ts';

/** What the registers say, and what leaves the machine. */
export const promiseKeptSabotages: readonly Sabotage[] = [
  {
    name: 'heads-are-made-anew',
    file: 'src/http/data/dialect-head.ts',
    find: 'const names = passed[protocol];',
    replace: 'const names = Object.keys(headers).filter((name) => name !== "authorization");',
    breaks: ['tests/journeys/egress.test.ts'],
  },
  {
    name: 'nothing-else-is-dialled',
    file: 'src/keeper/run-keeper.ts',
    find: "log('keeper-started', { ms: Date.now() - startedAt });",
    replace: "log('keeper-started', { ms: 0 }); fetch('http://127.0.0.1:44719/tell').catch(() => {});",
    breaks: ['tests/journeys/egress.test.ts'],
  },
  {
    name: 'statements-say-what-for',
    file: 'src/store/for-activity.ts',
    find: 'const text = `/* ${activity} */ ${statement}`;',
    replace: 'const text = statement;',
    breaks: ['tests/store/activities.test.ts'],
  },
  {
    name: 'learning-is-about-nobody',
    file: 'src/store/for-activity.ts',
    find: "if (activity !== 'improve') return;",
    replace: 'return;',
    breaks: ['tests/store/activities.test.ts'],
  },
  {
    name: 'the-register-is-whole',
    file: 'src/core/privacy/processing-register.ts',
    find: 'inventory.filter(({ purpose }) => purpose === activity)',
    replace: "inventory.filter(({ purpose }) => purpose === activity && activity !== 'bill')",
    breaks: ['tests/store/activities.test.ts'],
  },
  {
    name: 'transfers-need-a-ground',
    file: 'src/keeper/commands/transfers.ts',
    find: "(basis ?? 'missing')",
    replace: "(basis ?? 'adequacy')",
    breaks: ['tests/journeys/registers.test.ts'],
  },
  {
    name: 'nothing-is-sold',
    file: 'src/http/people/register-pages.ts',
    find: 'sales: saleRegister,',
    replace: "sales: [...saleRegister, 'a list of addresses'],",
    breaks: ['tests/journeys/registers.test.ts'],
  },
  {
    name: 'a-missing-channel-is-told',
    file: 'src/http/data/vitals.ts',
    find: 'if (lacks.length > 0)',
    replace: 'if (lacks.length > 9)',
    breaks: ['tests/journeys/registers.test.ts', 'tests/journeys/start-and-end.test.ts'],
  },
  {
    name: 'refusals-tell-the-channel',
    file: 'src/gateway/refuse.ts',
    find: 'if (gateway.contact !== undefined)',
    replace: 'if (gateway.contact === "")',
    breaks: ['tests/journeys/registers.test.ts'],
  },
];
