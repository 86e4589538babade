import assert from 'node:assert/strict';
import { formatUsd } from '#core/money/nano.ts';
import { numberOfHold, numberOfInput, type Scale } from './question.ts';
import type { Books } from './read-books.ts';
import type { LeftBehind } from './read-journals.ts';
import type { Outcome } from './traffic.ts';
import { type Served, worthOf } from './upstream-truth.ts';

/** What callers saw: nothing broke before the kill, and what came whole is settled and paid. */
export function judgeAnswers(outcomes: readonly Outcome[], { settlements }: Books): void {
  for (const { generation = '', status, isWhole, isBeforeKill, body } of outcomes) {
    assert.ok(isWhole || !isBeforeKill, `a caller got ${status} and no whole answer: ${body.slice(-300)}`);
    if (!isWhole) continue;
    const booked = settlements.get(generation);
    assert.equal(booked?.state, 'settled', `${generation} was answered whole`);
    assert.ok(booked.payable > 0n, `${generation} was answered whole and is paid`);
  }
}

/** What the files held when the process died: ended is settled as it was written; only begun is the operator's loss. */
export function judgeLeftBehind({ ended, begunOnly }: LeftBehind, { settlements }: Books): void {
  for (const [generation, { charge, losses }] of ended) {
    const loss = losses.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    const expected = { state: 'settled', charge: BigInt(charge), payable: BigInt(charge), loss };
    assert.deepEqual(settlements.get(generation), expected, `${generation} ended in the journal`);
  }
  for (const [generation, { hold }] of begunOnly) {
    const expected = { state: 'released', charge: 0n, payable: 0n, loss: BigInt(hold) };
    assert.deepEqual(settlements.get(generation), expected, `${generation} was begun and never ended`);
  }
}

type Round = {
  readonly left: LeftBehind;
  readonly served: readonly Served[];
  readonly outcomes: readonly Outcome[];
  readonly books: Books;
  readonly scale: Scale;
};

/**
 * Each request that the upstream served, against the one generation it was for: the customer never pays more than left
 * the upstream, and what the customer does not pay is booked as loss.
 */
export function judgeEachGeneration({ left, served, outcomes, books, scale }: Round): void {
  const byNumber = generationsByNumber(left, scale);
  for (const { generation, number } of outcomes) {
    const known = byNumber.get(number);
    if (generation !== undefined && known) assert.equal(known, generation, 'the journal tells questions apart');
  }
  for (const { input, worth } of served) {
    const generation = byNumber.get(numberOfInput(input, scale));
    if (generation === undefined) continue;
    const { payable = -1n, loss = 0n } = books.settlements.get(generation) ?? {};
    const says = `${generation}: paid ${payable}, worth ${worth}, lost ${loss}`;
    assert.ok(0n <= payable && payable <= worth && worth <= payable + loss, says);
  }
}

/**
 * A `begin` is handed over before its request goes upstream, and not waited for (MONEY §5): a kill in that moment leaves
 * none. How many, what the upstream gave for them, and how long before the kill the first of them was asked.
 */
export function findUnbegun({ left, served, outcomes, scale }: Round, killedAt: number) {
  const byNumber = generationsByNumber(left, scale);
  const unknown = served.filter(({ input }) => !byNumber.has(numberOfInput(input, scale)));
  const seen = outcomes.filter(({ generation, number }) => generation !== undefined && !byNumber.has(number));
  const numbers = new Set([
    ...unknown.map(({ input }) => numberOfInput(input, scale)),
    ...seen.map(({ number }) => number),
  ]);
  const ages = outcomes.filter(({ number }) => numbers.has(number)).map(({ askedAt }) => killedAt - askedAt);
  return { count: numbers.size, seen: seen.length, worth: worthOf(unknown), oldestMs: Math.max(0, ...ages) };
}

function generationsByNumber({ ended, begunOnly }: LeftBehind, scale: Scale): ReadonlyMap<number, string> {
  const all = [...ended, ...begunOnly];
  return new Map(all.map(([generation, { hold }]) => [numberOfHold(BigInt(hold), scale), generation]));
}

type Wallet = { readonly balance_usd: string; readonly held_usd: string; readonly leased_usd: string };

/** Sums over everything since the first start. No caller asks anything while this is judged. */
export function judgeBooks(books: Books, served: readonly Served[], wallet: Wallet): void {
  const { customersPaid, losses } = books;
  const worth = worthOf(served);
  assert.ok(customersPaid <= worth, `customers paid ${customersPaid}, the upstream gave ${worth}`);
  assert.ok(worth <= customersPaid + losses, `${worth} is more than ${customersPaid} and ${losses}`);
  const balance = books.credited - customersPaid;
  assert.deepEqual([books.walletBalance, books.walletEntries], [balance, balance]);
  const expected = { balance_usd: formatUsd(balance), held_usd: formatUsd(0n), leased_usd: formatUsd(0n) };
  const { balance_usd, held_usd, leased_usd } = wallet;
  assert.deepEqual({ balance_usd, held_usd, leased_usd }, expected);
  assert.equal(books.leased, books.leasedAlive, 'only what the living gateway leases is set aside');
  assert.equal(books.leasedDead, 0n);
}
