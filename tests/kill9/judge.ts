import assert from 'node:assert/strict';
import { formatUsd } from '#core/money/nano.ts';
import type { Books } from './read-books.ts';
import type { LeftBehind } from './read-journals.ts';
import type { Outcome } from './traffic.ts';
import type { UpstreamTruth } from './upstream-truth.ts';

/** What callers saw: nothing broke before the kill, what came whole is settled, and what was seen at all is booked. */
export function judgeAnswers(outcomes: readonly Outcome[], { settlements }: Books): void {
  for (const { generation, status, isWhole, isBeforeKill, body } of outcomes) {
    assert.ok(
      isWhole || !isBeforeKill,
      `before the kill a caller got ${status} and no whole answer: ${body.slice(-300)}`,
    );
    if (generation === undefined) continue;
    const booked = settlements.get(generation);
    assert.ok(booked, `${generation} was seen by its caller and stands in no book`);
    if (!isWhole) continue;
    assert.equal(booked.state, 'settled', `${generation} was answered whole`);
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

type Wallet = { readonly balance_usd: string; readonly held_usd: string; readonly leased_usd: string };

/** Sums over everything since the first start. No caller asks anything while this is judged. */
export function judgeBooks(books: Books, upstream: UpstreamTruth, wallet: Wallet): void {
  const { customersPaid, losses } = books;
  assert.ok(customersPaid <= upstream.worth, `customers paid ${customersPaid}, the upstream gave ${upstream.worth}`);
  assert.ok(upstream.worth <= customersPaid + losses, `${upstream.worth} is more than ${customersPaid} and ${losses}`);
  const requests = `the upstream served ${upstream.requests} requests, ${books.settlements.size} are booked`;
  assert.ok(upstream.requests <= books.settlements.size, requests);
  const balance = books.credited - customersPaid;
  assert.deepEqual([books.walletBalance, books.walletEntries], [balance, balance]);
  const expected = { balance_usd: formatUsd(balance), held_usd: formatUsd(0n), leased_usd: formatUsd(0n) };
  const { balance_usd, held_usd, leased_usd } = wallet;
  assert.deepEqual({ balance_usd, held_usd, leased_usd }, expected);
  assert.equal(books.leased, books.leasedAlive, 'only what the living gateway leases is set aside');
  assert.equal(books.leasedDead, 0n);
}
