// What is looked for in requests: how much of it is found, how much else is taken for it, and what happens then.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { type DetectorName, detectorNames, findSensitive, readDetectors, redact } from '#core/privacy/detectors.ts';
import { screen } from '#gateway/caller/screen.ts';
import { call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

/** Published examples of each kind, and what looks like it and is none. */
const corpus: Readonly<Record<DetectorName, { readonly real: readonly string[]; readonly other: readonly string[] }>> =
  {
    card: {
      real: [
        '4111111111111111',
        '4111 1111 1111 1111',
        '5555-5555-5555-4444',
        '378282246310005',
        '6011000990139424',
        '30569309025904',
        '2223003122003222',
        '4222222222222',
      ],
      other: [
        '4111111111111112',
        '1234567890123456',
        'order 5555555555554443',
        '1764547200000',
        'x4111111111111111',
        '0.4111111111111111',
        '2026-11-30 12:00:00',
      ],
    },
    iban: {
      real: [
        'DE89370400440532013000',
        'GB29 NWBK 6016 1331 9268 19',
        'FR1420041010050500013M02606',
        'NL91ABNA0417164300',
        'ES9121000418450200051332',
        'NO9386011117947',
      ],
      other: [
        'DE89370400440532013001',
        'GB29NWBK60161331926818',
        'AB12CDEF',
        'FR14 2004 1010',
        'MODEL2026XYZ1234ABCD',
        'US12 3456 7890',
      ],
    },
    email: {
      real: ['ann@example.org', 'a.b+c@mail.example.co.uk', 'X_1@sub-domain.example', 'first.last@example.museum'],
      other: ['ann@', '@example.org', 'ann at example.org', 'a@b', 'version@1.2.3', 'sandbox/echo@own'],
    },
    phone: {
      real: ['+49 30 12345678', '+1 (415) 555-2671', '+442079460958', '+33 1 23 45 67 89', '+81-3-1234-5678'],
      other: ['+1', '1 + 2 = 3', '+12 34', '12345678', 'a+4930123456', '+0 123 456 789'],
    },
    key: {
      real: [
        'sk-proj-abcdefghijklmnopqrstuvwx',
        'AKIAIOSFODNN7EXAMPLE',
        'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
        'xoxb-123456789012-abcdefghij',
        'AIzaSyA1234567890abcdefghijklmnopqrstuv',
        '-----BEGIN PRIVATE KEY-----',
        'glpat-abcdefghijklmnopqrst',
      ],
      other: [
        'sk-short',
        'task-abcdefghijklmnopqrstuvwxyz',
        'AKIA123',
        'ghp_short',
        'BEGIN PUBLIC KEY',
        'skeleton-key',
      ],
    },
  };

test('of the corpus every one is found and nothing else', (t) => {
  for (const name of detectorNames) {
    const { real, other } = corpus[name];
    const isFound = (text: string) => findSensitive(`please see ${text} and go on`, [name]).length > 0;
    const [hits, wrong] = [real.filter(isFound), other.filter(isFound)];
    t.diagnostic(
      `${name}: recall ${hits.length}/${real.length}, precision ${hits.length}/${hits.length + wrong.length}`,
    );
    assert.deepEqual(
      real.filter((text) => !hits.includes(text)),
      [],
      name,
    );
    assert.deepEqual(wrong, [], name);
  }
});

test('whatever the text, what is redacted is gone, the rest stays, and time grows with length alone', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(...Object.values(corpus).flatMap(({ real, other }) => [...real, ...other])),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join(' ');
      const found = findSensitive(text, detectorNames);
      const clean = redact(text, found);
      for (const { start, end } of found) assert.ok(start < end && end <= text.length);
      assert.equal(
        clean.length,
        text.length + found.reduce((sum, { name, start, end }) => sum + name.length + 2 - (end - start), 0),
      );
      const bytes = Buffer.from(JSON.stringify({ a: text, 'x\\"': [text, 1, null] }));
      const all = new Map(detectorNames.map((name) => [name, 'redact'] as const));
      const screened = screen(bytes, all, false);
      const sent = JSON.parse(String(screened ? Buffer.from(screened.body) : bytes)) as { a: string };
      assert.equal(sent.a, clean);
    }),
    { numRuns: 500 },
  );
  for (const bad of [
    '1'.repeat(400_000),
    'a.'.repeat(200_000),
    'AB12'.repeat(100_000),
    '+1 '.repeat(130_000),
    'sk-'.repeat(130_000),
    `${'a'.repeat(400_000)}@`,
  ]) {
    const from = performance.now();
    findSensitive(bad, detectorNames);
    assert.ok(performance.now() - from < 5_000, `${bad.slice(0, 8)}… took ${performance.now() - from} ms`);
  }
});

test('a setting names kinds and what happens; what is none is nothing', () => {
  assert.deepEqual(
    [...(readDetectors('card:block,email:warn') ?? [])],
    [
      ['card', 'block'],
      ['email', 'warn'],
    ],
  );
  assert.equal(readDetectors('off'), undefined);
  assert.equal(readDetectors(undefined), undefined);
});

const answer = JSON.stringify({
  id: 'x',
  object: 'chat.completion',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});
const upstream = await startUpstream({ after }, ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
});
const fairlead = await runFairlead(
  { after },
  {
    config: `
upstreams:
  keeps: { base_url: "${upstream.url}/keeps", data: { trains: false, retention_days: 30 }, models: { m: { as: d/m, price: free }, k: { as: d/keeps, price: free } } }
  forgets: { base_url: "${upstream.url}/forgets", data: { trains: false, retention_days: 0 }, models: { m: { as: d/m, price: free } } }
`,
  },
);
const { url, key } = fairlead;
const say = (text: string, model = 'd/m') =>
  call({ url, key, body: { model, messages: [{ role: 'user', content: text }] } });
const setDetectors = (...settings: readonly string[]) =>
  fairlead.ask('workspace-set', { workspace: 'default', settings });

test('nothing is looked for until somebody says so; then it warns, redacts, blocks or routes', async () => {
  const card = 'my card is 4111 1111 1111 1111, write to "ann@example.org"';
  assert.equal((await say(card)).headers['x-fairlead-detected'], undefined);

  await setDetectors('detectors=card:redact,email:warn');
  await eventually(async () => assert.equal((await say(card)).headers['x-fairlead-detected'], 'card:1,email:1'));
  const sent = JSON.parse(String(upstream.received.at(-1)?.body)) as { messages: [{ content: string }] };
  assert.equal(sent.messages[0].content, 'my card is [card], write to "ann@example.org"');

  await setDetectors('detectors=card:block');
  await eventually(async () => assert.equal((await say(card)).status, 400));
  const before = upstream.received.length;
  const refused = await say(card);
  assert.match(refused.body.toString(), /sensitive_data_found/);
  assert.doesNotMatch(refused.body.toString(), /4111/);
  assert.equal(upstream.received.length, before, 'it went nowhere');
  assert.equal((await say('nothing to see')).status, 200);

  await setDetectors('detectors=email:route');
  await eventually(async () => {
    for (let round = 0; round < 6; round += 1) {
      assert.equal((await say(card)).headers['x-fairlead-endpoint'], 'd/m@forgets');
    }
  });
  assert.equal((await say(card, 'd/keeps')).status, 404);
});

test('what is blocked passes once the terms in force are accepted, and then only to who keeps nothing', async () => {
  const text = 'IBAN DE89370400440532013000';
  await setDetectors('detectors=iban:block', 'sensitive_data=accepted:strict-0');
  await eventually(async () => assert.equal((await say(text)).status, 400));
  assert.equal((await say(text)).status, 400, 'older terms than those in force open nothing');
  await setDetectors('sensitive_data=accepted:strict-1');
  await eventually(async () => assert.equal((await say(text)).headers['x-fairlead-endpoint'], 'd/m@forgets'));
  assert.equal((await say(text, 'd/keeps')).status, 404);
  await setDetectors('sensitive_data=blocked');
  await eventually(async () => assert.equal((await say(text)).status, 400));
});
