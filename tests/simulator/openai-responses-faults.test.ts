import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ServedLine } from '#simulator/served-line.ts';
import { faultModes, type Simulator, startSimulator } from '#simulator/simulator.ts';
import { type Answer, type Client, callResponses, type Event, readEvents, textOf } from './openai-responses-client.ts';
import { callRaw } from './raw-client.ts';

const served: ServedLine[] = [];
let simulator: Simulator;
let client: Client;

before(async () => {
  // Waits vanish at this scale.
  simulator = await startSimulator({ port: 0, onServed: (line) => served.push(line), timeScale: 1e6 });
  client = callResponses(simulator.url);
});

after(() => simulator.close());

const wordsOfFault = 60;
// What comes before the first word: created, in_progress, the item and its part.
const opening = 4;

const model = (mode: string) => ({ model: `sandbox/fault-${mode}` });
const deltasOf = (events: readonly Event[]) => events.filter((event) => event.delta !== undefined);
const typesOf = (events: readonly Event[]) => events.map((event) => event.type);
const endOf = (events: readonly Event[]) => events.at(-1)?.response;

async function readText(mode: string, stream: boolean): Promise<string> {
  const reply = await client.send('', { json: { ...model(mode), input: 'hello', stream } });
  return reply.text();
}

test('a cut stream has its first events and no end', async () => {
  const events = await client.stream(model('cut-9'));

  assert.equal(events.length, 9);
  assert.equal(deltasOf(events).length, 9 - opening);
});

test('a failure on the way is told, then made the end', async () => {
  const events = await client.stream(model('error-event-7'));
  const first = await client.stream(model('error-event-first'));

  assert.deepEqual(typesOf(events).slice(-2), ['error', 'response.failed']);
  assert.deepEqual([typesOf(first), first[0]?.sequence_number], [['error'], 0]);
  assert.deepEqual([endOf(events)?.status, endOf(events)?.error?.code], ['failed', 'server_error']);
  assert.equal(endOf(events)?.id, events[0]?.response?.id);
  const numbers = events.map((event) => event.sequence_number);
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
});

test('a filtered answer is incomplete, with or without words', async () => {
  const spoken = await client.ask(model('filtered'));
  const silent = await client.stream(model('refused-first'));

  assert.deepEqual([spoken.status, spoken.incomplete_details], ['incomplete', { reason: 'content_filter' }]);
  assert.equal(textOf(spoken).split(' ').length, 10);
  assert.deepEqual(typesOf(silent), ['response.created', 'response.in_progress', 'response.incomplete']);
});

test('an answer can hold nothing at all', async () => {
  const events = await client.stream(model('empty-choices'));
  const blank = await client.ask(model('blank-finish'));

  assert.deepEqual(endOf(events)?.output, []);
  assert.deepEqual([blank.status, blank.output, blank.usage], [null, [], null]);
});

type UsageRow = readonly [mode: string, input: unknown, output: unknown];

const usages: readonly UsageRow[] = [
  ['usage-negative', -5, -1 - wordsOfFault],
  ['usage-huge', 1e18, 1e18],
  ['usage-nan', 'NaN', 'NaN'],
  ['usage-lies', 4, wordsOfFault * 100],
  ['usage-twice', 4, wordsOfFault],
];

for (const [mode, input, output] of usages) {
  test(`${mode} puts a false bill into an honest answer`, async () => {
    const answers = [
      await client.ask({ ...model(mode), input: 'hello' }),
      endOf(await client.stream({ ...model(mode), input: 'hello' })),
    ];

    for (const answer of answers) {
      assert.deepEqual([answer?.usage.input_tokens, answer?.usage.output_tokens], [input, output]);
      assert.equal(answer?.output[0]?.content?.[0]?.text.split(' ').length, wordsOfFault);
    }
  });
}

test('usage can be missing, or beside the response', async () => {
  const missing = await client.ask(model('no-usage'));
  const moved = await client.stream(model('usage-with-choices'));

  assert.equal(missing.usage, null);
  assert.equal(endOf(moved)?.usage, null);
  assert.ok(JSON.stringify(moved.at(-1)).includes('"output_tokens":60'));
});

test('usage twice is twice in the bytes', async () => {
  for (const stream of [false, true]) {
    const text = await readText('usage-twice', stream);
    assert.equal(text.split('"usage":{').length, 3);
  }
});

test('odd framing still holds the whole answer', async () => {
  for (const mode of [
    'no-done',
    'comments',
    'multi-line-data',
    'unknown-events',
    'bom',
    'crlf',
    'gzip',
    'all-at-once',
  ]) {
    const text = (await readText(mode, true)).replaceAll('\r', '').replace('\ufeff', '');
    const whole: Answer = JSON.parse(await readText(mode, false));

    // Its name and its type.
    assert.equal(text.split('response.output_text.delta').length - 1, wordsOfFault * 2, mode);
    assert.equal(textOf(whole).split(' ').length, wordsOfFault, mode);
  }
});

test('the end comes twice, or is not the end', async () => {
  const twice = readEvents(await readText('done-twice', true));
  const after = readEvents(await readText('data-after-done', true));

  assert.deepEqual(twice.at(-1), twice.at(-2));
  assert.equal(typesOf(after).indexOf('response.completed'), after.length - 2);
});

test('every fault can be met, streamed or not, and is in the log', async () => {
  const where = { path: '/v1/responses', headers: ['authorization: Bearer any'] };
  const called = faultModes.map(({ mode }) => mode.replace('<k>', '3'));
  for (const mode of called) {
    for (const stream of [true, false]) await callRaw(simulator, { ...model(mode), input: 'hello', stream }, where);
  }
  await simulator.close();

  const seen = served.map((line) => `${line.protocol} ${line.model} ${line.stream}`);
  for (const mode of called) {
    for (const stream of [true, false]) {
      assert.ok(seen.includes(`openai-responses sandbox/fault-${mode} ${stream}`), mode);
    }
  }
});
