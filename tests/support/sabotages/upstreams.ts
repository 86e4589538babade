import type { Sabotage } from '../sabotage.ts';

/** What is added while Fairlead runs: its credential, who decides, what it costs. */
export const upstreamSabotages: readonly Sabotage[] = [
  {
    name: 'an-upstreams-credential-is-bound-to-its-address',
    file: 'src/keeper/catalogue/upstream-vault.ts',
    find: "JSON.stringify(['upstream', name, origin])",
    replace: "JSON.stringify(['upstream', name])",
    breaks: ['tests/keeper/upstream-vault.test.ts'],
  },
  {
    name: 'an-upstreams-credential-goes-to-its-address-alone',
    file: 'src/keeper/commands/upstreams.ts',
    find: 'const isMoved = upstream.base_url !== before.upstream.base_url;',
    replace: 'const isMoved = false;',
    breaks: ['tests/journeys/upstreams.test.ts'],
  },
  {
    name: 'what-the-file-names-the-file-decides',
    file: 'src/keeper/catalogue/merge-catalogue.ts',
    find: 'stored.filter(({ upstreams }) => upstreams.every(({ name }) => !named.has(name)))',
    replace: 'stored.filter(() => named.size >= 0)',
    breaks: ['tests/keeper/merge-catalogue.test.ts'],
  },
  {
    name: 'a-price-of-the-file-is-not-set-otherwise',
    file: 'src/keeper/catalogue/merge-catalogue.ts',
    find: 'file.places?.prices[endpoint.id] === undefined ? prices.get(endpoint.id) : undefined',
    replace: 'prices.get(endpoint.id)',
    breaks: ['tests/keeper/merge-catalogue.test.ts'],
  },
  {
    name: 'an-upstreams-change-is-told',
    file: 'src/store/sql/upstream-store.ts',
    find: "if (added === 1) await announce(sql, 'catalogue', upstream.name, now);",
    replace: '',
    breaks: ['tests/store/upstreams.test.ts'],
  },
  {
    name: 'a-key-that-does-not-operate-operates-nothing',
    file: 'src/console/account/door.ts',
    find: 'if (!operates) return refusal(403, onlyOperators);',
    replace: '',
    breaks: ['tests/journeys/operator-keys.test.ts'],
  },
  {
    name: 'margins-take-what-is-owed-off',
    file: 'src/store/sql/margin-rows.ts',
    find: 'sum.cost += row.cost;',
    replace: '',
    breaks: ['tests/store/margin.test.ts'],
  },
];
