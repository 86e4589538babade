// Only the keeper's word makes an allowance empty: what was granted and taken by others is asked for again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { cutHold } from '#core/allowance/lease.ts';
import { Fault } from '#core/generation/fault.ts';
import { type AdmitAsk, admit } from '#gateway/admit/admit.ts';
import { LeaseBook } from '#gateway/admit/lease-book.ts';
import type { Gateway } from '#gateway/gateway.ts';
import { retryHeaders } from '#gateway/relay/reply-headers.ts';
import { startScriptedLink } from './scripted-link.ts';

const allowance = 'requests-1';

// What admission reads of a gateway and a request, and no more of either.
const gatewayOf = (leases: LeaseBook, isUp: boolean) =>
  ({ leases, keeper: { isTrusted: true, isUp } }) as unknown as Gateway;

function askOf(): AdmitAsk {
  const row = {
    id: allowance,
    of: 'key',
    unit: 'requests',
    window: 'all',
    model: null,
    upstream: null,
    counts: 'spent',
    limit: '100',
  };
  const caller = {
    allowances: [row],
    endUserRules: [],
    rates: [],
    moneyAllowances: [],
    limitsModels: false,
    partAllowances: new Map(),
  };
  const plan = { steps: [], excluded: [], model: { id: 'm' } };
  return { caller, plan, facts: {}, endUser: undefined, now: performance.now() } as unknown as AdmitAsk;
}

for (const isUp of [true, false]) {
  const says = isUp ? 'that is there is asked once more' : 'that is away is not waited for';
  test(`a silent keeper ${says}, and then the caller is told to come again`, async (t) => {
    const scripted = startScriptedLink();
    const leases = new LeaseBook({ link: scripted.link, instance: 'i1' });
    t.after(() => leases.close());
    const refused = Promise.resolve(admit(askOf(), gatewayOf(leases, isUp))).catch((thrown: unknown) => thrown);
    for (let each = 0; each < (isUp ? 2 : 1); each += 1) {
      while (scripted.wants.length === each) await turn();
      scripted.silence();
    }

    const fault = await refused;
    assert.ok(fault instanceof Fault && fault.fault === 'not-ready', String(fault));
    assert.deepEqual(
      scripted.wants.map(([want]) => want?.lease),
      isUp ? ['i1.1', 'i1.1'] : ['i1.1'],
    );
  });
}

test('who is refused while others are asked in vain is told to come again after two seconds', async (t) => {
  const scripted = startScriptedLink();
  const leases = new LeaseBook({ link: scripted.link, instance: 'i1' });
  t.after(() => leases.close());
  const refused = Promise.resolve(admit(askOf(), gatewayOf(leases, true))).catch((thrown: unknown) => thrown);
  while (scripted.wants.length === 0) await turn();
  scripted.short(allowance, 2_000);

  const fault = await refused;

  assert.ok(fault instanceof Fault && fault.fault === 'request-limit-reached', String(fault));
  assert.deepEqual(retryHeaders(fault), ['retry-after', '2']);
  assert.deepEqual(retryHeaders(new Fault('wallet-empty', { againInMs: 2_000 })), ['retry-after', '2']);
  assert.deepEqual(retryHeaders(new Fault('wallet-empty', {})), []);
});

test('whoever is overtaken ten times is told to come again with a 503, and never that an allowance is spent', async (t) => {
  const scripted = startScriptedLink();
  const leases = new LeaseBook({ link: scripted.link, instance: 'i1' });
  t.after(() => leases.close());
  const refused = Promise.resolve(admit(askOf(), gatewayOf(leases, true))).catch((thrown: unknown) => thrown);
  let taken = 0n;
  for (let each = 0; each < 10; each += 1) {
    while (scripted.wants.length === each) await turn();
    const [want] = scripted.wants[each] ?? [];
    assert.ok(want);
    taken += 1n;
    scripted.grant({ lease: want.lease, allowance, granted: String(taken) });
    // Its turn comes after theirs.
    await Promise.resolve();
    cutHold([{ allowance, amount: 1n }], leases.leases, performance.now());
  }
  const fault = await refused;

  assert.ok(fault instanceof Fault, String(fault));
  assert.deepEqual([fault.fault, fault.row.status], ['not-ready', 503]);
  assert.equal(scripted.wants.length, 10);
});
