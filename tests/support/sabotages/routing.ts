import type { Sabotage } from '../sabotage.ts';

/** Who may serve a request, and who serves it first. */
export const routingSabotages: readonly Sabotage[] = [
  {
    name: 'zero-retention-is-kept',
    file: 'src/core/routing/provider-rules.ts',
    find: "if (rules.wantsZeroRetention && data.retentionDays !== 0) return 'data_policy:zdr';",
    replace: '',
    breaks: [
      'tests/properties/provider-rules.test.ts',
      'tests/properties/fail-closed.test.ts',
      'tests/journeys/routing.test.ts',
    ],
  },
  {
    name: 'affinity-stays-in-its-workspace',
    file: 'src/gateway/affinity-table.ts',
    find: '\\0${workspace}\\0',
    replace: '\\0',
    breaks: ['tests/routing/affinity.test.ts', 'tests/journeys/affinity.test.ts'],
  },
  {
    name: 'filter-holds-for-fallbacks',
    file: 'src/core/routing/plan-models.ts',
    find: 'return joinPlans([planOf(first), ...others.map(planOf)]);',
    replace:
      'return joinPlans([planOf(first), ...others.map((each) => planTogether([{ ...toWanted(each, shared), ask: { ...shared, rules: undefined } }], factsFor(each)))]);',
    breaks: ['tests/properties/fail-closed.test.ts'],
  },
  {
    name: 'exact-names-win-over-suffixes',
    file: 'src/core/routing/asked-model.ts',
    find: 'while (!isName(rest)) {',
    replace: 'for (;;) {',
    breaks: ['tests/properties/asked-model.test.ts'],
  },
  {
    name: 'a-maximum-price-holds-in-every-tier',
    file: 'src/core/routing/provider-rules.ts',
    find: 'if (most > aboveInput && isAbove(dearer, max)) return true;',
    replace: 'if (most < 0 && isAbove(dearer, max)) return true;',
    breaks: ['tests/properties/provider-rules.test.ts', 'tests/properties/fail-closed.test.ts'],
  },
  {
    name: 'what-is-demanded-is-asked-anew',
    file: 'src/core/routing/sift.ts',
    find: 'if (!knownFields.has(name) && isSet(ask[name as keyof PlanAsk])) return undefined;',
    replace: "if (name === '') return undefined;",
    breaks: ['tests/properties/fail-closed.test.ts', 'tests/journeys/routing.test.ts'],
  },
  {
    name: 'demands-are-told-apart',
    file: 'src/core/routing/sift.ts',
    find: '[only, ignore, order, quantizations].map',
    replace: '[only, order, quantizations].map',
    breaks: ['tests/properties/fail-closed.test.ts'],
  },
  {
    name: 'a-conversation-moves-when-staying-costs-more',
    file: 'src/core/routing/rank.ts',
    find: 'if (at !== own && isGood(at) && coldPriceOf(at) < price) return false;',
    replace: '',
    breaks: ['tests/routing/affinity.test.ts'],
  },
  {
    name: 'an-only-key-keeps-ours-out',
    file: 'src/core/routing/own-key.ts',
    find: "if (key.use === 'only' && endpoint.upstream.name === key.upstream) isOnly = true;",
    replace: '',
    breaks: ['tests/properties/fail-closed.test.ts', 'tests/journeys/own-keys.test.ts'],
  },
  {
    name: 'own-keys-pass-the-filter',
    file: 'src/core/routing/own-key.ts',
    find: 'eligible(endpoint, ask);',
    replace: '(endpoint as EligibleEndpoint);',
    breaks: ['tests/properties/fail-closed.test.ts'],
  },
  {
    name: 'an-own-key-says-nothing-of-an-endpoint',
    file: 'src/gateway/health-board.ts',
    find: 'if (open.endpoint.ownKey) this.#ownKeys.end(open, end, performance.now());\n    else this.#book.end',
    replace: 'this.#ownKeys.end({ ...open }, end, performance.now());\n    this.#book.end',
    breaks: ['tests/journeys/own-keys.test.ts'],
  },
  {
    name: 'an-own-key-is-bound-to-its-row',
    file: 'src/keeper/own-key-vault.ts',
    find: "JSON.stringify(['own key', version, workspace, upstream, origin, id])",
    replace: "JSON.stringify(['own key', version, workspace, upstream, id])",
    breaks: ['tests/keeper/own-key-vault.test.ts'],
  },
  {
    name: 'an-own-key-goes-to-its-own-origin',
    file: 'src/outgoing/providers/providers.ts',
    find: '(ownKey === undefined || ownKey.origin === origin)',
    replace: 'true',
    breaks: ['tests/outgoing/own-key.test.ts'],
  },
  {
    name: 'an-own-key-costs-the-fee-alone',
    file: 'src/gateway/meter.ts',
    find: 'cost > 0n ? feeOf(paid.usage, costPrice, ownKey.feeBasisPoints) : 0n',
    replace: 'cost',
    breaks: ['tests/journeys/own-keys.test.ts'],
  },
];
