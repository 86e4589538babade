// What counts as unusual of a key's hour: numbers alone.
import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { networkOf, originReader } from '#http/data/caller-origin.ts';
import { signalsOf } from '#keeper/abuse/abuse-signals.ts';
import type { KeyActivity } from '#store/abuse-cases.ts';

const quiet: KeyActivity = {
  ...{ key: 'k', workspace: 'w', setting: undefined, requests: 50, refused: 0, abandoned: 0, endUsers: 3 },
  ...{ usualRequests: 40, networks: 2, countries: 1, newNetworks: 0, newCountries: 0 },
};

for (const [what, over, expected] of [
  ['an ordinary hour', {}, []],
  ['ten times the usual and more, in a busy hour', { requests: 1_000, usualRequests: 99 }, ['velocity']],
  ['ten times the usual exactly', { requests: 1_000, usualRequests: 100 }, []],
  ['ten times very little', { requests: 999, usualRequests: 1 }, []],
  ['a key without habits', { requests: 100_000, usualRequests: 0 }, []],
  ['half of the requests refused', { requests: 100, refused: 50 }, ['error-ratio']],
  ['less than half refused', { requests: 100, refused: 49 }, []],
  ['few requests, all refused', { requests: 99, refused: 99 }, []],
  ['above three in a hundred abandoned', { requests: 100, abandoned: 4 }, ['abandoned-share']],
  ['three in a hundred abandoned', { requests: 100, abandoned: 3 }, []],
  ['more than a thousand end users', { endUsers: 1_001 }, ['many-end-users']],
  ['more than twenty new networks', { networks: 30, newNetworks: 21 }, ['new-networks']],
  ['a second country', { countries: 2, newCountries: 1 }, ['new-country']],
  ['a first country', { countries: 1, newCountries: 1 }, []],
] as const) {
  test(`${what}: ${expected.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(
      signalsOf({ ...quiet, ...over }).map(({ reason }) => reason),
      expected,
    );
  });
}

test('of an address its network is left: 24 bits of IPv4, 48 of IPv6', () => {
  for (const [address, network] of [
    ['203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:abcd:12::1', '2001:db8:abcd::/48'],
    ['2001:0DB8:0:12::', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['fe80::1:2', 'fe80:0:0::/48'],
  ] as const) {
    assert.equal(networkOf(address), network);
  }
});

test('who is not a trusted proxy may write what it likes into a head', () => {
  const headers = { 'x-forwarded-for': '198.51.100.9, 203.0.113.77, 10.0.0.3', 'cf-ipcountry': 'DE' };
  const trusts = ['10.0.0.0/8', '2001:db8::1'];
  const from = (remoteAddress: string | undefined, said: IncomingHttpHeaders = headers, trusted = trusts) => {
    const origin = originReader(trusted)({ remoteAddress }, said);
    return origin && [origin.network, origin.country, origin.addressForConsole()];
  };

  assert.deepEqual(from('10.1.2.3'), ['203.0.113.0/24', 'DE', '203.0.113.77']);
  assert.deepEqual(from('::ffff:10.1.2.3'), ['203.0.113.0/24', 'DE', '203.0.113.77']);
  assert.deepEqual(from('192.0.2.1'), ['192.0.2.0/24', '', '192.0.2.1']);
  assert.deepEqual(from('10.1.2.3', headers, []), ['10.1.2.0/24', '', '10.1.2.3']);
  assert.deepEqual(from('10.1.2.3', { 'cf-ipcountry': 'Germany' }), ['10.1.2.0/24', '', '10.1.2.3']);
  assert.equal(from(undefined), undefined);
  assert.doesNotMatch(
    inspect(originReader([])({ remoteAddress: '10.1.2.3' }, {}), { showHidden: true }),
    /10\.1\.2\.3/,
  );
});
