// What is put on top of prices: never below what it is put on, exact to the pico-dollar, one rule for each request.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { charge } from '#core/money/charge.ts';
import { explainCharge } from '#core/money/charge-lines.ts';
import { type MarkupRule, markUp, ruleFor } from '#core/money/markup.ts';
import { divideUp } from '#core/money/nano.ts';
import { boundedUsages, prices } from './money-arbitraries.ts';

const markups = fc.bigInt({ min: 1n, max: 10_000_000n });

test('whatever is used, the price with its markup is never below the cost, and hardly above what the markup says', () => {
  fc.assert(
    fc.property(prices, boundedUsages, markups, (cost, { usage }, markup) => {
      const marked = markUp(cost, markup);
      assert.ok(marked);
      const [own, public_] = [charge(usage, cost), charge(usage, marked.price)];

      assert.ok(public_ >= own);
      // Each rate is rounded up to a pico-dollar: no more than one for each unit counted, and one for the request.
      const units = usage.input + usage.cachedInput + usage.cacheWrite5m + usage.cacheWrite1h + usage.output;
      const media =
        (usage.audioSeconds ?? 0) + (usage.images ?? 0) + (usage.audioInput ?? 0) + (usage.audioOutput ?? 0);
      const most = divideUp(own * (1_000_000n + markup), 1_000_000n) + divideUp(BigInt(units + media + 1), 1_000n) + 1n;
      assert.ok(public_ <= most, `${public_} > ${most}`);
    }),
  );
});

test('without a markup nothing is put on top', () => {
  assert.equal(markUp({ rates: { input: 1n, output: 1n }, tiers: [] }, 0n), undefined);
});

test('a rate is multiplied and rounded up to a pico-dollar', () => {
  const marked = markUp({ rates: { input: 250_000n, output: 3n, request: 0n }, tiers: [] }, 125_000n);

  assert.deepEqual(marked?.price.rates, { input: 281_250n, output: 4n, request: 0n });
});

test('the lines of a charge add up to it', () => {
  fc.assert(
    fc.property(prices, boundedUsages, (price, { usage }) => {
      const charged = charge(usage, price);
      const explained = explainCharge(usage, price, { minute: 0, charged });

      assert.ok(explained);
      const sum = explained.lines.reduce((total, { amount }) => total + amount, 0n);
      assert.equal(divideUp(sum, 1_000n), charged);
    }),
  );
});

const some = (name: string) => fc.constantFrom(undefined, `${name}-1`, `${name}-2`);
const rules = fc.array(
  fc.record({ markup: markups, model: some('model'), seller: some('seller'), workspace: some('workspace') }),
  { maxLength: 12 },
);

test('of the rules that concern a request the one that says most holds', () => {
  fc.assert(
    fc.property(rules, some('model'), some('seller'), some('workspace'), (all, model, seller, workspace) => {
      const of = { model: model ?? 'm', seller: seller ?? 's', workspace };
      const found = ruleFor(all, of);
      const concerning = all.filter(
        (rule) =>
          [undefined, of.model].includes(rule.model) &&
          [undefined, of.seller].includes(rule.seller) &&
          [undefined, of.workspace].includes(rule.workspace),
      );
      const said = (rule: MarkupRule) =>
        [rule.model, rule.seller, rule.workspace].filter((part) => part !== undefined).length;

      if (!found) return assert.deepEqual(concerning, []);
      assert.ok(concerning.some((rule) => rule === found));
      assert.equal(said(found), Math.max(...concerning.map(said)));
      const asMuch = concerning.filter((rule) => said(rule) === said(found));
      if (asMuch.some((rule) => rule.workspace !== undefined)) assert.notEqual(found.workspace, undefined);
    }),
  );
});
