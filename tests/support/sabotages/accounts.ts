import type { Sabotage } from '../sabotage.ts';

/** Keys, and what they cost. */
export const accountSabotages: readonly Sabotage[] = [
  {
    name: 'named-requests-run-once',
    file: 'src/store/sql/claim-store.ts',
    find: "if (added.length > 0) return { kind: 'new' };",
    replace: "return { kind: 'new' };",
    breaks: ['tests/journeys/carried-out-once.test.ts', 'tests/store/claims.test.ts'],
  },
  {
    name: 'limits-of-models-are-held',
    file: 'src/gateway/admit.ts',
    find: 'model === null || plan.steps.some((step) => step.model === model)',
    replace: 'model === null',
    breaks: ['tests/journeys/limits.test.ts'],
  },
  {
    name: 'rates-come-before-holds',
    file: 'src/gateway/admit.ts',
    find: '  await admitRates(rateNeeds, gateway.rates);',
    replace: '',
    breaks: ['tests/journeys/limits.test.ts'],
  },
  {
    name: 'what-ended-makes-room',
    file: 'src/gateway/conclude.ts',
    find: 'if (caller.openAllowances.has(allowance)) return 0n;',
    replace: '',
    breaks: ['tests/journeys/limits.test.ts'],
  },
  {
    name: 'generations-are-their-workspaces',
    file: 'src/keeper/commands/explain.ts',
    find: "if (!row || row.workspace !== args.text('within', 'the workspace that it is in')) return null;",
    replace: 'if (!row) return null;',
    breaks: ['tests/journeys/account-api.test.ts'],
  },
  {
    name: 'management-keys-ask-no-model',
    file: 'src/gateway/authenticate.ts',
    find: "if (found.caller.role === 'management') throw new Fault('not-allowed');",
    replace: '',
    breaks: ['tests/journeys/account-api.test.ts'],
  },
  {
    name: 'a-served-tier-must-be-asked-for',
    file: 'src/core/money/price-in-force.ts',
    find: "served !== undefined && (asked.serviceTier === served || asked.serviceTier === 'auto')",
    replace: 'served !== undefined',
    breaks: ['tests/properties/price-in-force.test.ts', 'tests/journeys/priority-and-flex.test.ts'],
  },
  {
    name: 'each-end-user-has-its-own',
    file: 'src/gateway/handle-generation.ts',
    find: 'return name === undefined ? otherEndUsers : gateway.pseudonym(caller.workspace, name);',
    replace: 'return otherEndUsers;',
    breaks: ['tests/journeys/limits-of-end-users.test.ts'],
  },
  {
    name: 'end-users-are-not-leased-ahead',
    file: 'src/gateway/lease-book.ts',
    find: 'this.#giveFree(lease, lease.held === 0n);',
    replace: '',
    breaks: ['tests/journeys/limits-of-end-users.test.ts'],
  },
  {
    name: 'end-users-are-bounded',
    file: 'src/store/sql/end-user-rows.ts',
    find: '>= endUsersMax',
    replace: '> endUsersMax * 2',
    breaks: ['tests/store/end-users.test.ts'],
  },
  {
    name: 'end-users-go-with-their-window',
    file: 'src/store/sql/end-user-rows.ts',
    find: '    await sql.run(\'delete from allowance_window where allowance = :allowance and "window" = :window\', at);',
    replace: '',
    breaks: ['tests/store/end-users.test.ts'],
  },
];
