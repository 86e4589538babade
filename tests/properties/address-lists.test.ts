import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { AddressLists, isAddressList } from '#core/privacy/address-lists.ts';

const family = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4');
/** Few bits differ, so that ranges are often met. */
const four = fc
  .tuple(fc.constantFrom(10, 203), fc.constantFrom(0, 1), fc.nat(3), fc.nat(255))
  .map((parts) => parts.join('.'));
const six = fc.oneof(
  fc.ipV6().filter((address) => !address.includes('.')),
  fc.nat(65_535).map((last) => `2001:db8::${last.toString(16)}`),
);
const rangeOf = (address: fc.Arbitrary<string>, bits: number) =>
  fc.oneof(
    address,
    fc.tuple(address, fc.nat(bits)).map(([start, prefix]) => `${start}/${prefix}`),
  );
const asked = (address: fc.Arbitrary<string>, bits: number) =>
  fc.tuple(fc.array(rangeOf(address, bits), { minLength: 1, maxLength: 5 }), address);

test('a list has the addresses that the list of Node has', () => {
  fc.assert(
    fc.property(fc.oneof(asked(four, 32), asked(six, 128)), ([ranges, address]) => {
      const list = new BlockList();
      for (const each of ranges) {
        const [start = '', prefix] = each.split('/');
        if (prefix === undefined) list.addAddress(start, family(start));
        else list.addSubnet(start, Number(prefix), family(start));
      }
      assert.ok(isAddressList(ranges.join(',')), ranges.join(','));
      assert.equal(AddressLists.read(ranges.join(','))?.have(address), list.check(address, family(address)));
    }),
    { numRuns: 2_000 },
  );
});

test('each of two lists must have the address; nobody is in a list that cannot be read; "any" is none', () => {
  assert.equal(AddressLists.read(undefined), undefined);
  assert.equal(AddressLists.read('any any'), undefined);
  const both = AddressLists.read('10.0.0.0/8 any 10.1.0.0/16,192.0.2.1');
  assert.deepEqual(
    ['10.1.2.3', '10.2.2.3', '192.0.2.1', '::ffff:10.1.2.3', 'x', undefined].map((each) => both?.have(each)),
    [true, false, false, true, false, false],
  );
  assert.equal(AddressLists.read('what')?.have('10.1.2.3'), false);
});
