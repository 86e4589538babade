// No card number is kept, wherever somebody types one.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { holdsCardNumber, isLuhn } from '#core/privacy/card-number.ts';
import { call } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after });
const { url } = fairlead;

/** Published for tests by the networks; one for each way of writing it. */
const cards = [
  '4111111111111111',
  '5555 5555 5555 4444',
  '3782-822463-10005',
  '6011111111111117',
  '30569309025904',
  '2223003122003222',
];

test('a field of any command refuses it', async () => {
  const [row] = await fairlead.ask<readonly { id: string }[]>('key-list');
  const id = row?.id ?? '';
  for (const card of cards) {
    const text = `pay with ${card} please`;
    const fields: readonly (readonly [string, object])[] = [
      ['workspace-create', { name: text }],
      ['key-create', { name: text }],
      ['key-change', { id, name: text }],
      ['key-change', { id, tags: [text] }],
      ['legal-hold-set', { owner: text, reason: 'r', review: '2027-01-31' }],
      ['legal-hold-set', { owner: 'o', reason: text, review: '2027-01-31' }],
      ['incident-open', { summary: text }],
      ['legal-request-open', { authority: text, basis: 'b', scope: 's', approver: 'a' }],
      ['privacy-request-open', { kind: 'question', contact: text }],
      ['privacy-request-open', { kind: 'question', contact: 'c', text }],
    ];
    for (const [command, args] of fields)
      await assert.rejects(fairlead.ask(command, args), ({ sentence }: { sentence: string }) =>
        /card number/.test(sentence),
      );
    const person = { name: text, email: 'card@example.org', password: 'a quiet harbour' };
    const signedUp = await call({ url, path: '/api/auth/sign-up/email', headers: { origin: url }, body: person });
    assert.equal(signedUp.status, 400);
    assert.match(signedUp.body.toString(), /card number/);
    const asked = await call({ url, path: '/privacy/requests', body: { kind: 'question', contact: text } });
    assert.equal(asked.status, 400);
  }
  const files = readdirSync(fairlead.dataDir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(fairlead.dataDir, name))
    .filter((path) => statSync(path).isFile());
  for (const path of files) {
    const text = readFileSync(path, 'latin1');
    for (const card of cards) assert.ok(!text.includes(card), path);
  }
});

test('every number of a network with its check digit is found; other long numbers pass', () => {
  fc.assert(
    fc.property(fc.constantFrom('4', '51', '37', '6011'), fc.stringMatching(/^\d{11}$/), (network, rest) => {
      const most = `${network}${rest}`.slice(0, 15);
      const check = [...'0123456789'].find((digit) => isLuhn(most + digit)) ?? '';
      assert.ok(holdsCardNumber(`a ${most}${check}.`));
      assert.ok(!holdsCardNumber(`a ${most}${(Number(check) + 1) % 10} b`));
    }),
  );
  for (const plain of [
    '2026-11-30T12:00:00.000Z',
    '1764547200000',
    'key_01hzx4111111111111111',
    '0.000000000123456',
    '+49 30 1234567',
  ]) {
    assert.equal(holdsCardNumber(plain), false, plain);
  }
});
