// J26: a key that others found stops, whoever finds it; GitHub says so by notices that it signs.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { startSmtpDouble } from '../support/smtp-double.ts';
import { ada, setUp } from './browser.ts';
import { ask, call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const github = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const otherCurve = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

/** What GitHub publishes, and how often it was asked. */
let asked = 0;
const published = createServer((_, response) => {
  asked += 1;
  const public_keys = [
    { key_identifier: 'current', key: pem(github.publicKey), is_current: true },
    { key_identifier: 'other-curve', key: pem(otherCurve.publicKey), is_current: false },
    { key_identifier: 'broken', key: 'no key', is_current: false },
  ];
  response.end(JSON.stringify({ public_keys }));
});
published.listen(0, '127.0.0.1');
await once(published, 'listening');
after(() => published.close());
const { port } = published.address() as AddressInfo;

const smtp = await startSmtpDouble({ after });
const fairlead = await runFairlead(
  { after },
  { config: `${smtp.mail}leaks: { github: { keys_url: "http://127.0.0.1:${port}/keys" } }\n` },
);
const { url } = fairlead;
const owner = await setUp(fairlead);

type Notice = { readonly by?: KeyObject; readonly identifier?: string; readonly changed?: boolean };

async function tell(
  tokens: readonly string[],
  { by = github.privateKey, identifier = 'current', changed }: Notice = {},
) {
  const place = 'https://github.com/octo/harbour/blob/0123456/config.env';
  const body = JSON.stringify(tokens.map((token) => ({ token, type: 'fairlead_key', url: place, source: 'content' })));
  const answer = await fetch(new URL('/api/v1/keys/leaked/github', url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'github-public-key-identifier': identifier,
      'github-public-key-signature': sign('sha256', Buffer.from(body), by).toString('base64'),
    },
    body: changed ? `${body} ` : body,
  });
  return { status: answer.status, text: await answer.text() };
}

const works = async (key: string) => (await call({ url, key, body: ask('sandbox/echo') })).status;
const lettersAboutLeaks = () => smtp.received.filter((letter) => /^Subject: One of your keys/m.test(letter));

test('a notice that GitHub did not sign stops nothing', async () => {
  const { key } = await fairlead.ask<{ key: string }>('key-create', { name: 'kept' });
  assert.equal(await works(key), 200);

  const refused = [
    await tell([key], { by: stranger.privateKey }),
    await tell([key], { changed: true }),
    await tell([key], { identifier: 'unknown' }),
    await tell([key], { by: otherCurve.privateKey, identifier: 'other-curve' }),
    await tell([key], { identifier: 'broken' }),
  ];

  assert.deepEqual(
    refused.map(({ status }) => status),
    [401, 401, 401, 401, 401],
  );
  assert.equal(await works(key), 200);
  assert.equal(asked, 1, 'its keys are asked for once a minute at most');
});

test('a signed one stops each key within a second, tells GitHub which were real, and tells who leads the workspace', async () => {
  const { key, id } = await fairlead.ask<{ key: string; id: string }>('key-create', { name: 'pier lamp' });
  assert.equal(await works(key), 200);
  const notOurs = 'sk-fl-0000000000000000000000000000000000000000000000000';

  const told = await tell([key, notOurs]);

  await eventually(async () => assert.equal(await works(key), 401), 1_000);
  const hash = (text: string) => createHash('sha256').update(text).digest('base64');
  assert.deepEqual(
    [told.status, JSON.parse(told.text)],
    [
      200,
      [
        { token_hash: hash(key), token_type: 'fairlead_key', label: 'true_positive' },
        { token_hash: hash(notOurs), token_type: 'fairlead_key', label: 'false_positive' },
      ],
    ],
  );
  const letter = await eventually(async () => {
    assert.equal(lettersAboutLeaks().length, 1);
    return lettersAboutLeaks()[0] ?? '';
  });
  assert.ok(letter.includes(`To: ${ada.email}`) && letter.includes('pier lamp'), letter);
  assert.ok(letter.includes('github.com/octo/harbour/blob/0123456/config.env'), letter);
  assert.ok(letter.includes(key.slice(-4)) && !letter.includes(key.slice(8, 30)), 'its last characters alone');
  const log = (await owner.visit('/api/v1/audit')).json<{
    data: { actor: string; action: string; target: string }[];
  }>();
  assert.ok(
    log.data.some(({ actor, action, target }) => actor === 'github' && action === 'key-leaked' && target === id),
  );

  const again = await tell([key]);
  assert.match(again.text, /false_positive/);
  assert.equal(lettersAboutLeaks().length, 1, 'a notice that comes twice is told once');
});

test('a key shows when it was used last, and from which network', async () => {
  const { key, id } = await fairlead.ask<{ key: string; id: string }>('key-create', { name: 'lantern' });
  const read = async () => {
    const { data } = (await owner.visit(`/api/v1/keys/${id}`)).json<{
      data: { last_used_at: string | null; last_network: string | null };
    }>();
    return data;
  };
  assert.deepEqual([(await read()).last_used_at, (await read()).last_network], [null, null]);
  const before = Date.now();

  assert.equal(await works(key), 200);

  const used = await eventually(async () => {
    const shown = await read();
    assert.ok(shown.last_network !== null);
    return shown;
  }, 30_000);
  assert.equal(used.last_network, '127.0.0.0/24', 'no whole address');
  assert.ok(Date.parse(used.last_used_at ?? '') >= before - 1_000);
});
