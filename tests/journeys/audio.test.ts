// Speech and transcripts: bytes that pass as they come, forms that are read whole, tokens and seconds that are charged.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { speakWords } from '#simulator/openai-audio/sound.ts';
import { startSimulator } from '#simulator/simulator.ts';
import { eventsOf } from '../support/dialects.ts';
import { type FormField, formType, toForm } from '../support/form.ts';
import { call, errorOf, generationOf, openCall } from './caller.ts';
import { runFairlead, toNano } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());
/** Speaks as its input says. */
const odd = await startUpstream({ after }, ({ body, response }) => {
  const text = body.toString();
  if (/"cut"/.test(text)) {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    response.write(Buffer.alloc(9_000, 1));
    setTimeout(() => response.destroy(), 50);
  } else if (/"unsaid"|written-unsaid/.test(text)) {
    // Neither a length nor chunks: its end is the connection's.
    response.removeHeader('transfer-encoding');
    response.writeHead(200, { 'content-type': text.includes('written') ? 'text/plain' : 'audio/mpeg' });
    response.end(text.includes('written') ? 'half of what' : Buffer.alloc(9_000, 1));
  } else if (/"slow"/.test(text)) {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    const timer = setInterval(() => response.write(Buffer.alloc(48_000)), 20);
    response.on('close', () => clearInterval(timer));
  } else if (/"json"/.test(text)) {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"error":{"code":"rate_limit_exceeded"}}');
  } else if (/"none"/.test(text)) response.writeHead(200, { 'content-type': 'audio/mpeg' }).end();
  else response.writeHead(200, { 'content-type': 'application/json' }).end('{"text":"","usage":{"seconds":9e9}}');
});

const tokens = 'price: { input: 0.13, output: 2.07, audio_input: 0.5, audio_output: 4 }';
const seconds = 'price: { audio_second: 0.0001 }';
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
      sandbox/speech: { as: own/speech, ${tokens} }
      sandbox/transcribe: { as: own/whisper, ${seconds} }
      sandbox/echo: { as: own/heard, ${tokens} }
      sandbox/fault-http-500: { as: two/broken, ${tokens} }
      sandbox/fault-html: { as: two/html, ${tokens} }
  second:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: b
    protocols: [openai-chat]
    models:
      sandbox/echo: { as: two/broken, ${tokens} }
      sandbox/speech: { as: two/html, ${tokens} }
  odd:
    base_url: ${odd.url}
    protocols: [openai-chat]
    type: self_hosted
    models: { m: { as: own/odd, ${tokens} }, s: { as: own/seconds, ${seconds} } }
`,
  },
);
await fairlead.ask('wallet-credit', { usd: '100.00' });
const { url } = fairlead;

type Options = { readonly key?: string; readonly headers?: Readonly<Record<string, string>> };

async function ask(path: string, body: unknown, { key = fairlead.key, headers = {} }: Options = {}) {
  const reply = await call({ url, key, path, body, headers });
  const text = reply.body.toString();
  const isJson = String(reply.headers['content-type']).startsWith('application/json');
  return { reply, status: reply.status, text, value: isJson ? JSON.parse(text) : undefined };
}

const speak = (body: Readonly<Record<string, unknown>>, options?: Options) =>
  ask('/v1/audio/speech', { model: 'own/speech', voice: 'alloy', input: 'one two three', ...body }, options);

const spoken = (words: number, format: 'mp3' | 'wav' | 'pcm' = 'wav') => Buffer.concat([...speakWords(words, format)]);

/** The model comes last, behind the file. */
function write(model: string, fields: readonly FormField[] = [], { path = 'transcriptions', key = fairlead.key } = {}) {
  const form = toForm([['file', spoken(10), 'a.wav'], ...fields, ['model', model]]);
  return ask(`/v1/audio/${path}`, form, { key, headers: { 'content-type': formType } });
}

async function recordOf({ reply }: Pick<Awaited<ReturnType<typeof ask>>, 'reply'>) {
  const { charge_usd, hold_usd, usage, usage_source, end_reason } = await fairlead.explain(generationOf(reply));
  const charge = toNano(charge_usd);
  assert.ok(charge <= toNano(hold_usd), `${charge_usd} of ${hold_usd}`);
  return {
    charge,
    usage: { audio_seconds: 0, audio_input: 0, audio_output: 0, ...usage },
    source: usage_source,
    end: end_reason,
  };
}

test('speech passes as it came, and is charged by how long it is', async () => {
  for (const format of ['mp3', 'wav', 'pcm'] as const) {
    const asked = await speak({ response_format: format });

    assert.equal(asked.status, 200, asked.text);
    assert.ok(asked.reply.body.equals(spoken(3, format)), format);
    assert.equal(asked.reply.headers['x-fairlead-endpoint'], 'own/speech@first');
    const { charge, usage, source, end } = await recordOf(asked);
    assert.deepEqual([source, end, usage.audio_seconds], ['estimated', 'completed', 2]);
    // 1.2 seconds are 25 tokens by OpenAI's own figure.
    assert.ok(usage.output >= 25 && usage.output <= 26, String(usage.output));
    assert.equal(usage.audio_output, usage.output);
    assert.equal(charge, BigInt(usage.input) * 130n + BigInt(usage.output) * 4000n);
  }
});

test('speech as events is charged by the tokens that are reported', async () => {
  const asked = await speak({ stream_format: 'sse' });

  const events = eventsOf(asked.text);
  const audio = events.map((event) => Buffer.from(event.audio ?? '', 'base64'));
  assert.ok(Buffer.concat(audio).equals(spoken(3, 'mp3')));
  assert.equal(events.at(-1).type, 'speech.audio.done');
  const { charge, usage, source } = await recordOf(asked);
  assert.deepEqual([source, usage.input, usage.output, usage.audio_output], ['reported', 3, 24, 24]);
  assert.equal(charge, 3n * 130n + 24n * 4000n);
});

test('speech that breaks off breaks off for the caller as well, and costs nothing', async () => {
  const cut = await speak({ model: 'own/odd', input: 'cut' });

  assert.equal(cut.reply.isWhole, false);
  const { charge, end } = await recordOf(cut);
  assert.deepEqual([charge, end], [0n, 'upstream_cut']);
});

test('speech or text whose end nobody says is not taken for whole', async () => {
  const asked = await speak({ model: 'own/odd', input: 'unsaid' });
  const kept = await speak({ model: 'own/odd', input: 'unsaid' }, { headers: { 'x-fairlead-delivery': 'whole' } });
  const written = await write('own/seconds', [
    ['response_format', 'text'],
    ['prompt', 'written-unsaid'],
  ]);

  assert.equal(asked.reply.isWhole, false);
  assert.deepEqual([(await recordOf(asked)).end, (await recordOf(asked)).charge], ['upstream_cut', 0n]);
  assert.deepEqual([kept.status, written.status], [502, 502], written.text);
});

test('who leaves in the middle of a speech pays what was spoken by then, and the upstream is left at once', async () => {
  const open = openCall({
    ...{ url, key: fairlead.key, path: '/v1/audio/speech' },
    body: { model: 'own/odd', input: 'slow', voice: 'alloy' },
  });
  await open.began;
  open.leave();
  const reply = await open.reply;

  const { charge, usage, end } = await recordOf({ reply });
  assert.equal(end, 'caller_left');
  assert.ok(charge > 0n && usage.audio_seconds >= 1, String(usage.audio_seconds));
});

test('an error in a 200, and speech without a sound, are no answers', async () => {
  const json = await speak({ model: 'own/odd', input: 'json' });
  const none = await speak({ model: 'own/odd', input: 'none' });

  assert.deepEqual([json.status >= 429, none.status], [true, 502], `${json.status}`);
  for (const each of [json, none]) assert.equal((await recordOf(each)).charge, 0n);
});

test('a transcript costs the seconds that are reported, in whatever form it is written', async () => {
  for (const format of ['json', 'verbose_json', 'text', 'srt', 'vtt']) {
    const asked = await write('own/whisper', [['response_format', format]]);

    assert.equal(asked.status, 200, asked.text);
    const isJson = format.endsWith('json');
    assert.equal(
      String(asked.reply.headers['content-type']).startsWith(isJson ? 'application/json' : 'text/plain'),
      true,
    );
    if (format === 'vtt') assert.match(asked.text, /^WEBVTT/);
    const { charge, usage, source } = await recordOf(asked);
    // Texts tell no usage: their length is that of the recording.
    assert.deepEqual([source, usage.audio_seconds], [isJson ? 'reported' : 'estimated', 4]);
    assert.equal(charge, 4n * 100_000n);
  }
});

test('a transcript costs tokens of audio where those are reported, whole and streamed', async () => {
  const whole = await write('own/heard', [['prompt', 'a harbour']]);
  const streamed = await write('own/heard', [['stream', 'true']]);

  assert.equal(eventsOf(streamed.text).at(-1).type, 'transcript.text.done');
  const [one, other] = [await recordOf(whole), await recordOf(streamed)];
  assert.deepEqual([one.usage.input, one.usage.audio_input, one.usage.output, one.source], [42, 40, 10, 'reported']);
  assert.equal(one.charge, 2n * 130n + 40n * 500n + 10n * 2070n);
  assert.equal(other.charge, 40n * 500n + 10n * 2070n);
});

test('a model that cannot stream answers a stream in one piece', async () => {
  const asked = await write('own/whisper', [['stream', 'true']]);

  assert.equal(asked.value.usage.seconds, 4, asked.text);
});

test('silence is an answer, and seconds that the recording does not have are disputed', async () => {
  const asked = await write('own/seconds');

  assert.equal(asked.status, 200, asked.text);
  const { charge, usage } = await recordOf(asked);
  assert.deepEqual([usage.audio_seconds, charge], [4, 4n * 100_000n]);
});

test('translations are served alike', async () => {
  const asked = await write('own/whisper', [], { path: 'translations' });

  assert.equal(asked.status, 200, asked.text);
  assert.equal((await recordOf(asked)).charge, 4n * 100_000n);
});

test('the form goes up as it came but for the model, and another endpoint gets the same recording', async () => {
  await write('own/odd', [
    ['language', 'en'],
    ['timestamp_granularities[]', 'word'],
    ['timestamp_granularities[]', 'segment'],
  ]);
  const sent = odd.received.at(-1);
  const expected = toForm([
    ['file', spoken(10), 'a.wav'],
    ...[
      ['language', 'en'],
      ['timestamp_granularities[]', 'word'],
      ['timestamp_granularities[]', 'segment'],
    ].map(([name = '', value = '']) => [name, value] as const),
    ['model', 'm'],
  ]);
  assert.ok(sent?.body.equals(expected));

  await Promise.all(Array.from({ length: 8 }, () => write('own/whisper')));
  const other = await write('two/broken');
  assert.equal(other.status, 200, other.text);
  assert.equal(other.reply.headers['x-fairlead-endpoint'], 'two/broken@second');
  const html = await speak({ model: 'two/html' });
  assert.equal(html.reply.headers['x-fairlead-endpoint'], 'two/html@second');
});

test('what is no recording is refused with the reason', async () => {
  const headers = { 'content-type': formType };
  const path = '/v1/audio/transcriptions';
  const file: FormField = ['file', 'x', 'a.wav'];
  const asks = [
    [await ask(path, toForm([['model', 'own/whisper']]), { headers }), 400],
    [await ask(path, toForm([file]), { headers }), 400],
    [await ask(path, toForm([file, file, ['model', 'own/whisper']]), { headers }), 400],
    [await ask(path, { model: 'own/whisper' }), 415],
    [await ask('/v1/audio/speech', toForm([file]), { headers }), 415],
    [
      await ask(
        path,
        toForm([
          ['file', Buffer.alloc(27 * 1024 * 1024), 'a.wav'],
          ['model', 'own/whisper'],
        ]),
        { headers },
      ),
      413,
    ],
    [await speak({ input: 7 }), 400],
    [await speak({ model: 'no/such' }), 404],
    [await speak({}, { key: 'sk-fl-wrong' }), 401],
  ] as const;

  for (const [{ status, text }, expected] of asks) assert.equal(status, expected, text);
});

test('wallets, limits and their headers hold here too', async () => {
  await fairlead.ask('workspace-create', { name: 'poor', credit_usd: '0.0001' });
  const poor = await fairlead.ask<{ key: string }>('key-create', { workspace: 'poor', name: 'poor' });
  const limited = await fairlead.ask<{ key: string }>('key-create', {
    name: 'once',
    limit_requests: 1,
    limit_usd: '1.00',
  });
  const speech = await speak({}, poor);
  const transcript = await write('own/whisper', [], poor);
  const once = await speak({}, limited);
  const twice = await speak({}, limited);

  assert.deepEqual([speech.status, transcript.status, once.status, twice.status], [402, 402, 200, 429]);
  assert.equal(once.reply.headers['x-ratelimit-limit-requests'], '1');
  assert.equal(once.reply.headers['x-ratelimit-limit-usd'], '1.000000000');
});

test("below OpenRouter's address both are served with its refusals, and a transcript says what it cost", async () => {
  const speech = await ask('/api/v1/audio/speech', {
    model: 'own/speech',
    voice: 'x',
    input: 'one',
    response_format: 'pcm',
  });
  const headers = { 'content-type': formType };
  const form = toForm([
    ['file', spoken(10), 'a.wav'],
    ['model', 'own/heard'],
  ]);
  const transcript = await ask('/api/v1/audio/transcriptions', form, { headers });
  const unknown = await ask('/api/v1/audio/speech', { model: 'no/such', voice: 'x', input: 'one' });

  assert.ok(speech.reply.body.equals(spoken(1, 'pcm')));
  assert.equal(toNano(Number(transcript.value.usage.cost).toFixed(9)), (await recordOf(transcript)).charge);
  assert.deepEqual([unknown.status, unknown.value.error.code], [404, 404]);
  assert.equal(errorOf(unknown.reply).code, 404);
});

test("below OpenRouter's address a recording may come as base64 in JSON, and costs what its form would", async () => {
  const audio = spoken(10);
  const asJson = (more: object = {}, input: object = {}) =>
    ask('/api/v1/audio/transcriptions', {
      ...{ model: 'own/heard', input_audio: { data: audio.toString('base64'), format: 'wav', ...input } },
      ...more,
    });
  const headers = { 'content-type': formType };
  const form = toForm([
    ['file', audio, 'a.wav'],
    ['model', 'own/heard'],
  ]);
  const told = await asJson({ language: 'en', temperature: 0, user: null, provider: { order: ['first'] } });
  const asForm = await ask('/api/v1/audio/transcriptions', form, { headers });
  const verbose = await asJson({ response_format: 'verbose_json', timestamp_granularities: ['word'] });
  const elsewhere = await ask('/v1/audio/transcriptions', {
    model: 'own/heard',
    input_audio: { data: 'aaaa', format: 'wav' },
  });

  assert.equal(told.status, 200, told.text);
  assert.deepEqual([told.value.text, told.value.usage], [asForm.value.text, asForm.value.usage]);
  assert.equal((await recordOf(told)).charge, (await recordOf(asForm)).charge);
  assert.ok(verbose.value.duration > 0, verbose.text);
  // OpenAI's own address takes forms alone.
  assert.equal(elsewhere.status, 415);
  // An end user leaves as a pseudonym, however they are named.
  assert.equal((await asJson({ user: ['alice'] })).status, 400);
  assert.equal((await asJson({ safety_identifier: 7 })).status, 400);
  assert.equal((await asJson({ user: 'alice', safety_identifier: 'alice' })).status, 200);
});

test('a recording in JSON that is none is refused, whatever its audio holds', async () => {
  const statusOf = async (input_audio: unknown, more: object = {}) => {
    const reply = await ask('/api/v1/audio/transcriptions', { model: 'own/heard', input_audio, ...more });
    return reply.status;
  };
  const data = spoken(1).toString('base64');
  const statuses = [
    await statusOf(undefined),
    await statusOf('x'),
    await statusOf({ format: 'wav' }),
    await statusOf({ data: `data:audio/wav;base64,${data}`, format: 'wav' }),
    await statusOf({ data: `${data.slice(0, 40)}!!${data.slice(40)}`, format: 'wav' }),
    await statusOf({ data, format: 'wav"; name="model' }),
    await statusOf({ data, format: 'wav' }, { prompt: { a: 1 } }),
    await statusOf({ data, format: 'wav' }, { 'a"b': 'c' }),
    await statusOf({ data, format: 'wav' }, { prompt: 'x'.repeat(20_000) }),
  ];
  assert.deepEqual(statuses, Array(statuses.length).fill(400));

  // What looks like the form's own mark is only audio.
  const sly = Buffer.concat([
    spoken(1),
    Buffer.from(
      '\r\n--fairlead-recording-0\r\ncontent-disposition: form-data; name="model"\r\n\r\nother\r\n--fairlead-recording-0--\r\n',
    ),
  ]);
  assert.equal(await statusOf({ data: sly.toString('base64'), format: 'wav' }), 200);
});
