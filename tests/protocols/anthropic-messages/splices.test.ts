// What goes up to an upstream of the same dialect is what the caller sent, byte for byte, but for the table in splices.ts.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import { anthropicMessages } from '#core/protocol/anthropic-messages/anthropic-messages.ts';
import { requestSplices } from '#core/protocol/anthropic-messages/splices.ts';
import { sealState } from '#core/protocol/sealed-state.ts';
import { address, askOf } from './messages-under-test.ts';

const hi = '"messages":[{"role":"user","content":"caf\\u00e9 é 😀 \\ud83d\\ude00","x":[1.0,1e2,-0]}]';
const google = { family: 'google', kind: 'signature', value: Content.ofText('AbC+/=') } as const;
const sealed = sealState(google, 'anthropic');
const foreign = `{"type":"thinking","thinking":"","signature":"${sealed}"}`;
const foreignRedacted = `{ "data" : "${sealed}", "type":"redacted_thinking" }`;
const own = '{"type":"thinking","thinking":"mine","signature":"c2lnbmVk"}';
const call = '{"type":"tool_use","id":"a","name":"b","input":{}}';

function spliced(body: string, outputLimit = 1_000) {
  const bytes = Buffer.from(body);
  const facts = anthropicMessages.readRequest(bytes, address);
  const { bytes: sent, splices } = anthropicMessages.spliceRequest(bytes, facts, askOf('m', outputLimit));
  return { sent: Buffer.from(sent).toString(), splices };
}

function turns(...contents: readonly string[]): string {
  const messages = contents.map((content, at) => `{"role":"${at % 2 ? 'assistant' : 'user'}","content":${content}}`);
  return `{"model":"m","max_tokens":9,"messages":[${messages.join(' , ')}]}`;
}

type Case = readonly [what: string, sent: string, goesUp: string, splices: readonly string[]];

const cases: readonly Case[] = [
  ['nothing at all', `{"model":"m","max_tokens":9,${hi}}`, `{"model":"m","max_tokens":9,${hi}}`, []],
  [
    'the model by its name up there, with white space and unknown fields left alone',
    `\n{ "zeta" : {"model":"own/m"} ,"a":1,"a":2,${hi},\r\n "max_tokens": 9 , "mod\\u0065l" : "own\\/m" } \n`,
    `\n{ "zeta" : {"model":"own/m"} ,"a":1,"a":2,${hi},\r\n "max_tokens": 9 , "mod\\u0065l" : "m" } \n`,
    ['model'],
  ],
  ['no limit', `{"model":"m",${hi}}`, `{"max_tokens":1000,"model":"m",${hi}}`, ['max_tokens']],
  ['a limit of null', `{"model":"m","max_tokens":null,${hi}}`, `{"model":"m","max_tokens":1000,${hi}}`, ['max_tokens']],
  [
    'a limit too large',
    `{"model":"m","max_tokens":1001,${hi}}`,
    `{"model":"m","max_tokens":1000,${hi}}`,
    ['max_tokens'],
  ],
  [
    'a clamp that leaves no room for thinking',
    `{"model":"m","max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":3000},${hi}}`,
    `{"model":"m","max_tokens":1000,"thinking":{"type":"disabled"},${hi}}`,
    ['max_tokens', 'thinking.budget_tokens'],
  ],
  [
    'a budget above the limit that nobody clamped',
    `{"model":"m","max_tokens":900,"thinking":{"type":"enabled","budget_tokens":3000},${hi}}`,
    `{"model":"m","max_tokens":900,"thinking":{"type":"enabled","budget_tokens":3000},${hi}}`,
    [],
  ],
  [
    'an end user',
    `{"model":"m","max_tokens":9,"metadata":{ "user_id" : "\\u0061da", "b":1},${hi}}`,
    `{"model":"m","max_tokens":9,"metadata":{ "user_id" : "pseudonym-of-3", "b":1},${hi}}`,
    ['metadata.user_id'],
  ],
  [
    'an end user of null',
    `{"model":"m","max_tokens":9,"metadata":{"user_id":null},${hi}}`,
    `{"model":"m","max_tokens":9,"metadata":{"user_id":null},${hi}}`,
    [],
  ],
  [
    'state of another family before a call',
    turns('"q"', `[ ${foreign} , ${call} ]`, '"r"'),
    turns('"q"', `[ ${call} ]`, '"r"'),
    ['foreign_state'],
  ],
  [
    'state of another family in the middle and at the end',
    turns('"q"', `[${own}, ${foreign},${foreignRedacted},${call}\n,${foreign}]`),
    turns('"q"', `[${own},${call}]`),
    ['foreign_state'],
  ],
  [
    'a turn of nothing but state of another family',
    turns('"q"', `[${foreign},${foreignRedacted}]`, '"r"'),
    '{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"} , {"role":"user","content":"r"}]}',
    ['foreign_state'],
  ],
  ['state of its own family', turns('"q"', `[${own},${call}]`), turns('"q"', `[${own},${call}]`), []],
  [
    'words that only look like such state',
    turns(`[{"type":"text","text":"${sealed}"}]`, `[{"type":"text","text":"x","signature":"${sealed}"}]`),
    turns(`[{"type":"text","text":"${sealed}"}]`, `[{"type":"text","text":"x","signature":"${sealed}"}]`),
    [],
  ],
];

for (const [what, body, goesUp, splices] of cases) {
  test(`spliced: ${what}`, () => {
    assert.deepEqual(spliced(body), { sent: goesUp, splices });
  });
}

test('a clamp leaves as much thinking as fits', () => {
  const body = `{"model":"m","max_tokens":9000,"thinking":{"budget_tokens": 8000 ,"type":"enabled"},${hi}}`;

  const { sent } = spliced(body, 5_000);

  assert.equal(sent, body.replace('9000', '5000').replace('8000', '4999'));
});

const clouds: readonly string[] = ['anthropic_version', 'stream'];

test('a conversation is not kept at the upstream: the wish is taken out, and who goes on with one must send all', () => {
  const body = '{"model":"m","max_tokens":9,"thread":{"type":"create"},"messages":[{"role":"user","content":"q"}]}';

  const { sent, splices } = spliced(body);

  assert.equal(sent, '{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"}]}');
  assert.deepEqual(splices, ['thread']);
  const continued = Buffer.from(body.replace('create', 'continue'));
  assert.throws(
    () => anthropicMessages.readRequest(continued, { model: undefined, stream: undefined }),
    (thrown) => thrown instanceof Fault && thrown.fault === 'thread-unknown',
  );
});

test('every splice that is made stands in the table', () => {
  // Those of the clouds are shown where the clouds are.
  const table = requestSplices.map(({ field }) => field).filter((field) => !clouds.includes(field));

  const body = turns('"q"', `[${foreign},${call}]`)
    .replace('"m"', '"own/m"')
    .replace(
      '"max_tokens":9',
      '"thread":{"type":"create"},"metadata":{"user_id":"u"},"max_tokens":4000,"thinking":{"budget_tokens":2000}',
    );
  const { splices } = spliced(body);

  assert.deepEqual(splices, table);
});

test('whatever blocks stand around it, foreign state goes and all else stays', () => {
  const blocks = fc.array(fc.constantFrom(foreign, foreignRedacted, own, call, ` ${own}\n`), { maxLength: 6 });
  const property = fc.property(fc.array(blocks, { minLength: 1, maxLength: 4 }), (contents) => {
    const messages = contents.map((list) => ({ role: 'assistant', content: list.map((block) => JSON.parse(block)) }));
    const body = `{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"},${contents
      .map((list) => `{"role":"assistant","content":[${list.join(',')}]}`)
      .join(',')}]}`;

    const sent = JSON.parse(spliced(body).sent);

    const isForeign = (block: object) => JSON.stringify(block).includes(sealed);
    const kept = messages.flatMap(({ role, content }) => {
      const rest = content.filter((block: object) => !isForeign(block));
      return rest.length === 0 && content.length > 0 ? [] : [{ role, content: rest }];
    });
    assert.deepEqual(sent.messages, [{ role: 'user', content: 'q' }, ...kept]);
  });
  fc.assert(property, { numRuns: 2_000 });
});
