// Pictures: made and changed, whole and streamed, held for by their number and size, charged by tokens or by the piece.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { eventsOf } from '../support/dialects.ts';
import { formType, toForm } from '../support/form.ts';
import { call, errorOf, generationOf, openCall } from './caller.ts';
import { runFairlead, toNano } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());

const json = { 'content-type': 'application/json' };
const events = { 'content-type': 'text/event-stream' };
/** An image host that counts nothing, and does what the prompt says. */
const host = await startUpstream({ after }, ({ body, response }) => {
  const text = body.toString();
  const picture = { b64_json: 'AAAA' };
  if (/"cut/.test(text)) {
    response.writeHead(200, events);
    response.write(`data: ${JSON.stringify({ type: 'image_generation.partial_image', ...picture })}\n\n`);
    setTimeout(() => response.destroy(), 50);
  } else if (/"more/.test(text)) {
    const data = Array.from({ length: 4 }, () => picture);
    response
      .writeHead(200, json)
      .end(JSON.stringify({ created: 1, data, usage: { input_tokens: 1, output_tokens: 9e9 } }));
  } else if (/"none/.test(text)) response.writeHead(200, json).end('{"created":1,"data":[]}');
  else response.writeHead(200, json).end(JSON.stringify({ created: 1, data: [{ url: 'https://x/1.png' }, picture] }));
});

const price = 'price: { input: 0.13, output: 2.07 }';
const fairlead = await runFairlead(
  { after },
  {
    config: `
routing: { strategy: order }
upstreams:
  first:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: a
    protocols: [openai-chat]
    models:
      sandbox/image: { as: own/image, ${price} }
      sandbox/fault-http-500: { as: two/broken, ${price} }
      sandbox/fault-http-400: { as: own/refused, ${price} }
  second:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: b
    protocols: [openai-chat]
    models: { sandbox/image: { as: two/broken, ${price} } }
  host:
    base_url: ${host.url}
    protocols: [openai-chat]
    type: self_hosted
    models: { m: { as: own/piece, price: { image: 0.04 } } }
  claude:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: c
    protocols: [anthropic-messages]
    models: { sandbox/echo: { as: claude/only, ${price} } }
`,
  },
);
await fairlead.ask('wallet-credit', { usd: '100.00' });
const { url } = fairlead;

async function ask(path: string, body: unknown, { key = fairlead.key, headers = {} } = {}) {
  const reply = await call({ url, key, path, body, headers });
  const text = reply.body.toString();
  const isJson = String(reply.headers['content-type']).startsWith('application/json');
  return { reply, status: reply.status, text, value: isJson ? JSON.parse(text) : undefined };
}

const make = (body: Readonly<Record<string, unknown>>) =>
  ask('/v1/images/generations', { prompt: 'a red boat', ...body });

const edit = (fields: Parameters<typeof toForm>[0], key = fairlead.key) =>
  ask('/v1/images/edits', toForm(fields), { key, headers: { 'content-type': formType } });

async function recordOf({ reply }: Pick<Awaited<ReturnType<typeof ask>>, 'reply'>) {
  const { charge_usd, hold_usd, usage, usage_source, end_reason, ...record } = await fairlead.explain(
    generationOf(reply),
  );
  const charge = toNano(charge_usd);
  assert.ok(charge <= toNano(hold_usd), `${charge_usd} of ${hold_usd}`);
  const { input, output, images } = { images: 0, ...usage };
  return { charge, input, output, images, source: usage_source, end: end_reason, hold: toNano(hold_usd), record };
}

test('pictures cost the tokens that are reported, by size and quality, and each is held for', async () => {
  const one = await make({ model: 'own/image', quality: 'low' });
  const three = await make({ model: 'own/image', n: 3, size: '1536x1024', quality: 'high' });

  assert.equal(one.status, 200, one.text);
  assert.deepEqual([...Buffer.from(one.value.data[0].b64_json, 'base64').subarray(1, 4)], [...Buffer.from('PNG')]);
  assert.equal(three.value.data.length, 3);
  const [small, large] = [await recordOf(one), await recordOf(three)];
  assert.deepEqual([small.input, small.output, small.images, small.source], [3, 272, 1, 'reported']);
  assert.equal(small.charge, 3n * 130n + 272n * 2070n);
  assert.deepEqual([large.output, large.images], [3 * 6208, 3]);
  assert.ok(large.hold > 2n * small.hold);
});

test('where nobody counts tokens a picture costs its own price, as many as came', async () => {
  const asked = await make({ model: 'own/piece', n: 5 });

  const { charge, images, source, hold } = await recordOf(asked);
  assert.deepEqual([charge, images, source], [2n * 40_000_000n, 2, 'estimated']);
  assert.equal(hold, 5n * 40_000_000n);
});

test('more pictures and tokens than were asked for are not charged', async () => {
  const asked = await make({ model: 'own/piece', prompt: 'more', n: 1 });

  const { charge, images } = await recordOf(asked);
  assert.deepEqual([charge, images], [40_000_000n, 1]);
});

test('no picture is no answer', async () => {
  const asked = await make({ model: 'own/piece', prompt: 'none' });

  assert.equal(asked.status, 502);
  assert.equal((await recordOf(asked)).charge, 0n);
});

test('a stream shows its sketches, then the picture, byte for byte, and is charged once', async () => {
  const body = { model: 'own/image', prompt: 'a red boat', stream: true, partial_images: 2, quality: 'low' };
  const streamed = await ask('/v1/images/generations', body);
  const direct = await fetch(`${simulator.url}/images/generations`, {
    method: 'POST',
    headers: { ...json, authorization: 'Bearer x' },
    body: JSON.stringify({ ...body, model: 'sandbox/image' }),
  });

  const undated = (text: string) => text.replaceAll(/"created_at":\d+/g, '');
  assert.equal(undated(streamed.text), undated(await direct.text()));
  const types = eventsOf(streamed.text).map(({ type }) => type);
  assert.deepEqual(types.slice(0, 2), ['image_generation.partial_image', 'image_generation.partial_image']);
  const { charge, output, images, end } = await recordOf(streamed);
  assert.deepEqual([output, images, end], [472, 1, 'completed']);
  assert.equal(charge, 3n * 130n + 472n * 2070n);
});

test('several pictures of one stream are all waited for', async () => {
  const streamed = await ask('/v1/images/generations', { model: 'own/image', prompt: 'boats', stream: true, n: 2 });

  assert.equal(eventsOf(streamed.text).filter(({ type }) => type === 'image_generation.completed').length, 2);
  assert.deepEqual((await recordOf(streamed)).images, 2);
});

test('a stream that breaks off after a sketch ends with an error, and costs nothing', async () => {
  const cut = await ask('/v1/images/generations', { model: 'own/piece', prompt: 'cut', stream: true });

  assert.equal(eventsOf(cut.text).at(-1).error.code, 'stream_cut');
  const { charge, end } = await recordOf(cut);
  assert.deepEqual([charge, end], [0n, 'upstream_cut']);
});

test('a host that makes pictures in one piece only answers a stream with one piece', async () => {
  const asked = await ask('/v1/images/generations', { model: 'own/piece', prompt: 'a', stream: true, n: 2 });

  assert.equal(asked.value.data.length, 2, asked.text);
  assert.equal((await recordOf(asked)).charge, 80_000_000n);
});

test('a picture is changed by a form: the model takes its name up there, all else stays as it came', async () => {
  const picture = Buffer.from([0, 13, 10, 45, 45, 255, 13, 10]);
  const form = (model: string, user: string): Parameters<typeof toForm>[0] => [
    ['image[]', picture, 'a; boat.png'],
    ['prompt', 'more\r\n--sea'],
    ['user', user],
    ['model', model],
    ['n', '2'],
  ];
  const asked = await edit(form('own/image', 'somebody'));
  await edit(form('own/piece', 'somebody'));

  assert.equal(asked.status, 200, asked.text);
  assert.equal(asked.value.data.length, 2);
  assert.equal((await recordOf(asked)).input, 2 + 323);
  const sent = host.received.at(-1);
  const pseudonym = /name="user"\r\n\r\n([^\r]+)/.exec(sent?.body.toString('latin1') ?? '')?.[1] ?? '';
  assert.notEqual(pseudonym, 'somebody');
  assert.ok(sent?.body.equals(toForm(form('m', pseudonym))));
  assert.equal(sent?.headers['content-type'], formType);
});

test('another endpoint takes over with the same pictures', async () => {
  await Promise.all(Array.from({ length: 8 }, () => make({ model: 'own/image', quality: 'low' })));
  const made = await make({ model: 'two/broken' });
  const changed = await edit([
    ['model', 'two/broken'],
    ['prompt', 'a'],
    ['image', 'png', 'a.png'],
  ]);

  for (const each of [made, changed]) {
    assert.equal(each.status, 200, each.text);
    assert.equal(each.reply.headers['x-fairlead-endpoint'], 'two/broken@second');
  }
});

test('a form that two readers could read in two ways is refused', async () => {
  const file = ['image', 'x', 'a.png'] as const;
  const refused = [
    await edit([['model', 'own/image'], ['model', 'own/other'], ['prompt', 'a'], file]),
    await edit([['prompt', 'a'], file]),
    await edit([
      ['model', 'own/image'],
      ['prompt', 'a'],
    ]),
    await edit([['model', 'own/image'], ['prompt', 'a'], ['n', '11'], file]),
    await ask('/v1/images/edits', 'not a form', { headers: { 'content-type': formType } }),
    await ask('/v1/images/edits', toForm([file]).subarray(0, 60), { headers: { 'content-type': formType } }),
    await ask('/v1/images/generations', { model: 'own/image', prompt: 'a', n: 11 }),
  ];

  for (const { status, text } of refused) assert.equal(status, 400, text);
  assert.equal(
    (await ask('/v1/images/generations', toForm([file]), { headers: { 'content-type': formType } })).status,
    415,
  );
});

test("pictures that an upstream keeps are nobody's who asks here", async () => {
  const asked = await ask('/v1/images/edits', { model: 'own/image', prompt: 'a', images: [{ file_id: 'file-1' }] });

  assert.equal(errorOf(asked.reply).code, 'object_not_found', asked.text);
});

test("below OpenRouter's address the reply says what it cost, and a stream ends with its mark", async () => {
  const whole = await ask('/api/v1/images', { model: 'own/image', prompt: 'a red boat', quality: 'low', provider: {} });
  const streamed = await ask('/api/v1/images', { model: 'own/image', prompt: 'a', stream: true });
  const unknown = await ask('/api/v1/images', { model: 'no/such', prompt: 'a' });

  assert.equal(whole.status, 200, whole.text);
  assert.equal(toNano(Number(whole.value.usage.cost).toFixed(9)), (await recordOf(whole)).charge);
  assert.equal(eventsOf(streamed.text).at(-1), '[DONE]');
  assert.match(String(streamed.reply.headers['content-type']), /^text\/event-stream/);
  assert.deepEqual([unknown.status, unknown.value.error.code], [404, 404]);
});

test('wallets and limits hold here too, and nothing is made smaller to fit', async () => {
  await fairlead.ask('workspace-create', { name: 'poor', credit_usd: '0.039' });
  const poor = await fairlead.ask<{ key: string }>('key-create', { workspace: 'poor', name: 'poor' });
  const asked = await ask('/v1/images/generations', { model: 'own/piece', prompt: 'a' }, poor);

  assert.equal(asked.status, 402, asked.text);
});

test('who leaves in the middle of a form costs nothing and leaves nothing behind', async () => {
  const before = await fairlead.settledWallet();
  const body = toForm([
    ['model', 'own/image'],
    ['prompt', 'a'],
    ['image', Buffer.alloc(400_000), 'a.png'],
  ]);
  const open = openCall({
    ...{ url, key: fairlead.key, path: '/v1/images/edits', isChunked: true },
    headers: { 'content-type': formType, 'content-length': String(body.length + 9) },
    body,
  });
  setTimeout(() => open.leave(), 100);
  await open.reply;

  const after = await fairlead.settledWallet();
  assert.deepEqual([after.spent, after.held], [before.spent, 0n]);
});

test('a refusal, a stranger and a model that makes none are told', async () => {
  const refused = await make({ model: 'own/refused' });
  const none = await make({ model: 'claude/only' });
  const stranger = await ask('/v1/images/generations', { model: 'own/image', prompt: 'a' }, { key: 'sk-fl-wrong' });

  assert.deepEqual([refused.status, none.status, stranger.status], [400, 400, 401]);
  assert.equal((await recordOf(refused)).charge, 0n);
});
