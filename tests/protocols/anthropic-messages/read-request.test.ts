// What routing and holds read of a Messages body, and what is refused before anything is spent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '#core/generation/fault.ts';
import { readFacts } from './messages-under-test.ts';

const hi = '"messages":[{"role":"user","content":"hi"}]';

test('a small request is read without its unsaid fields', () => {
  const facts = readFacts(`{"model":"m","max_tokens":9,${hi}}`);

  const { spans, ...told } = facts;
  assert.deepEqual(told, {
    model: 'm',
    stream: false,
    outputLimit: 9,
    choices: 1,
    wantsUsage: true,
    store: undefined,
    serviceTier: undefined,
    nativeOnly: undefined,
    hasTools: false,
    hostedRounds: undefined,
    inputIsOpen: false,
    mediaBytes: 0,
    mediaTokensMax: 0,
    mediaTokensLikely: 0,
  });
  assert.deepEqual(spans.get('model'), { start: 9, end: 12 });
});

test('a limit may be absent, null counts as absent, and unknown fields pass', () => {
  const body = `{"model":"m","max_tokens":null,"stream":null,"tools":null,"metadata":null,"zeta":[1],${hi}}`;

  const facts = readFacts(body);

  assert.deepEqual([facts.outputLimit, facts.stream, facts.hasTools], [undefined, false, false]);
});

const malformed: readonly (readonly [body: string, reason: string])[] = [
  ['', 'the body is empty'],
  ['{"model":', 'the body is not valid JSON'],
  ['[]', 'the body is not a JSON object'],
  [`{"model":"m","model":"n",${hi}}`, 'a field stands twice in the body'],
  [`{${hi}}`, '"model" is missing'],
  [`{"model":"",${hi}}`, '"model" is missing'],
  [`{"model":1,${hi}}`, '"model" is not a text'],
  [`{"model":"${'m'.repeat(1100)}",${hi}}`, '"model" is too long'],
  ['{"model":"m"}', '"messages" is missing'],
  ['{"model":"m","messages":{}}', '"messages" is not a list'],
  [`{"model":"m","max_tokens":0,${hi}}`, '"max_tokens" is not a whole number from 1 on'],
  [`{"model":"m","max_tokens":1.5,${hi}}`, '"max_tokens" is not a whole number from 1 on'],
  [`{"model":"m","max_tokens":"9",${hi}}`, '"max_tokens" is not a whole number from 1 on'],
  [`{"model":"m","max_tokens":1e999,${hi}}`, '"max_tokens" is not a whole number from 1 on'],
  [`{"model":"m","stream":1,${hi}}`, '"stream" is not true or false'],
  [`{"model":"m","tools":{},${hi}}`, '"tools" is not a list'],
  [`{"model":"m","metadata":[],${hi}}`, '"metadata" is not an object'],
  [`{"model":"m","metadata":{"user_id":7},${hi}}`, '"metadata.user_id" is not a text'],
  [`{"model":"m","messages":${'['.repeat(70)}${']'.repeat(70)}}`, 'the body is nested more than 64 deep'],
];

for (const [body, reason] of malformed) {
  test(`refused with a sentence: ${reason} (${body.slice(0, 40)})`, () => {
    assert.throws(
      () => readFacts(body),
      (thrown) => thrown instanceof Fault && thrown.fault === 'request-malformed' && thrown.details.reason === reason,
    );
  });
}

const native: readonly (readonly [field: string, word: string | undefined, isOpen: boolean])[] = [
  ['"container":"c"', 'hosted_tool', true],
  ['"container":null', undefined, false],
  ['"mcp_servers":[]', 'hosted_tool', true],
  ['"context_management":{}', 'hosted_tool', true],
  ['"tools":[{"type":"web_search_20250305","name":"web_search"}]', 'hosted_tool', true],
  ['"tools":[{"type":"bash_20250124","name":"bash"}]', 'hosted_tool', true],
  ['"tools":[{"name":"a","input_schema":{}},{"type":"computer_20250124","name":"computer"}]', 'hosted_tool', true],
  [
    '"tools":[{"type":"custom","name":"a","input_schema":{}},{"type":null,"name":"b","input_schema":{}}]',
    undefined,
    false,
  ],
  ['"inference_geo":"eu"', 'unknown_field', false],
];

for (const [field, word, isOpen] of native) {
  test(`${field} ${word ? 'is for Anthropic alone' : 'can be translated'}`, () => {
    const facts = readFacts(`{"model":"m",${field},${hi}}`);

    assert.deepEqual([facts.nativeOnly, facts.inputIsOpen], [word, isOpen]);
  });
}

function blocksBody(...blocks: readonly string[]): string {
  return `{"model":"m","messages":[{"role":"user","content":[${blocks.join(',')}]}]}`;
}

const image = '{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}';

test('images are measured, also inside results of tools and documents', () => {
  const inResult = `{"type":"tool_result","tool_use_id":"t","content":[${image}]}`;
  const inDocument = `{"type":"document","source":{"type":"content","content":[${image}]}}`;

  const facts = readFacts(blocksBody('{"type":"text","text":"x"}', image, inResult, inDocument));

  assert.deepEqual([facts.mediaBytes, facts.inputIsOpen], [36, false]);
  assert.ok(facts.mediaTokensMax >= 3 * facts.mediaTokensLikely && facts.mediaTokensLikely > 0);
});

const open: readonly string[] = [
  '{"type":"image","source":{"type":"url","url":"https://pictures.example/a.png"}}',
  '{"type":"image","source":{"type":"file","file_id":"f"}}',
  '{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}}',
  '{"type":"document","source":{"type":"url","url":"https://pictures.example/a.pdf"}}',
  '{"type":"document","source":{"type":"text","media_type":"text/plain","data":"x"},"citations":{"enabled":true}}',
  '{"type":"container_upload","file_id":"f"}',
  '{"type":"web_search_tool_result","tool_use_id":"t","content":[]}',
  '{"type":"im\\u0061ge","source":{"type":"url","url":"https://pictures.example/a.png"}}',
];

for (const block of open) {
  test(`the bytes do not show how large this is: ${block.slice(0, 60)}`, () => {
    assert.equal(readFacts(blocksBody(block)).inputIsOpen, true);
  });
}

test('texts, thinking, calls and documents of plain text are as large as their bytes', () => {
  const facts = readFacts(
    blocksBody(
      '{"type":"text","text":"x"}',
      '{"type":"thinking","thinking":"x","signature":"s"}',
      '{"type":"tool_use","id":"a","name":"b","input":{"c":[1]}}',
      '{"type":"tool_result","tool_use_id":"a","content":"x"}',
      '{"type":"document","source":{"type":"text","media_type":"text/plain","data":"x"}}',
    ),
  );

  assert.deepEqual([facts.inputIsOpen, facts.mediaBytes, facts.mediaTokensMax], [false, 0, 0]);
});

test('tools and schemas leave room for the prompt that the upstream adds for them', () => {
  const withTools = readFacts(`{"model":"m","tools":[{"name":"a","input_schema":{}}],${hi}}`);
  const withSchema = readFacts(`{"model":"m","output_config":{"format":{"type":"json_schema","schema":{}}},${hi}}`);

  for (const facts of [withTools, withSchema]) assert.ok(facts.mediaTokensMax >= 700);
  assert.deepEqual([withTools.hasTools, withSchema.hasTools], [true, false]);
});
