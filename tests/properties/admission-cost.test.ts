// What one admission costs on the gateway's thread: four warm allowances, one endpoint, its settlement included. CPU time of
// this thread alone, the least of many batches, so that a busy machine changes it little.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lease } from '#core/allowance/lease.ts';
import type { Price } from '#core/money/price.ts';
import { type AdmitAsk, admit } from '#gateway/admit/admit.ts';
import type { Gateway } from '#gateway/gateway.ts';

const budgetUs = 5;
const batch = 20_000;
const batches = 15;

const price: Price = { rates: { input: 250_000n, cachedInput: 25_000n, output: 2_000_000n }, tiers: [] };
const endpoint = { id: 'm@u', maxOutput: 16_384, context: 128_000, price: { id: 'v', price } };
const units = ['nano-usd', 'nano-usd', 'nano-usd', 'requests'] as const;
const rows = units.map((unit, index) => {
  return { id: `a${index}`, of: 'key', unit, window: 'all', model: null, counts: 'spent', limit: '1' };
});

function warmLeases(): Map<string, Lease> {
  const unused = { window: 'all', held: 0n, charged: 0n, endsAt: null, left: 0n, tight: false, usedAt: 0 };
  return new Map(rows.map(({ id }) => [id, { id: `l-${id}`, allowance: id, granted: 10n ** 17n, ...unused }]));
}

test('an admission on four allowances costs no more than five microseconds of CPU', async (t) => {
  const leases = warmLeases();
  // What admission reads of a gateway and a request, and no more of either.
  const gateway = { keeper: { isTrusted: true }, leases: { leases, touchHeld() {} } } as unknown as Gateway;
  const caller = {
    wallet: 'w',
    allowances: rows,
    endUserRules: [],
    rates: [],
    moneyAllowances: [],
    limitsModels: false,
    partAllowances: new Map(),
  };
  const asked = {
    ...{
      caller,
      endUser: undefined,
      mayClamp: true,
      holdTokens: Number.POSITIVE_INFINITY,
      terms: { minute: 0, serviceTier: undefined },
    },
    facts: { outputLimit: 500, choices: 1, mediaBytes: 0, mediaTokensMax: 0 },
    plan: { steps: [{ endpoint, model: 'm' }], model: { id: 'm' } },
    inputBound: () => 1_000,
  } as unknown as Omit<AdmitAsk, 'now'>;

  const costs: number[] = [];
  let held = 0n;
  for (let each = 0; each < batches; each += 1) {
    const before = process.threadCpuUsage();
    for (let one = 0; one < batch; one += 1) {
      const { hold, holdNano } = await admit({ ...asked, now: 1 }, gateway);
      held = holdNano;
      hold.settle([1n, 1n, 1n, 1n]);
    }
    const { user, system } = process.threadCpuUsage(before);
    costs.push((user + system) / batch);
  }

  costs.sort((a, b) => a - b);
  const least = costs[0] ?? Number.NaN;
  const says = `${least.toFixed(2)} µs at least, ${costs[costs.length >> 1]?.toFixed(2)} in the median, of ${budgetUs}`;
  process.stdout.write(`admission on ${rows.length} allowances, with its settlement: ${says}\n`);
  // A thousand tokens in and five hundred out, at their prices.
  assert.equal(held, 1_000n * 250n + 500n * 2_000n);
  for (const lease of leases.values()) assert.deepEqual([lease.held, lease.charged], [0n, BigInt(batch * batches)]);
  assert.ok(least <= budgetUs, says);
  t.diagnostic(says);
});
