import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { Content } from '#core/generation/content.ts';
import { geminiGenerate } from '#core/protocol/gemini-generate/gemini-generate.ts';
import { requestSplices } from '#core/protocol/gemini-generate/splices.ts';
import { sealState } from '#core/protocol/sealed-state.ts';
import { address, askFor } from './gemini.ts';

function splice(body: string, { model = 'gemini-2.5-flash', limit = 1_000 } = {}) {
  const bytes = Buffer.from(body);
  const facts = geminiGenerate.readRequest(bytes, address);
  const spliced = geminiGenerate.spliceRequest(bytes, facts, askFor(model, limit));
  return { text: Buffer.from(spliced.bytes).toString(), splices: spliced.splices };
}

const rest =
  '"contents" : [ {"role":"user","parts":[{"text":"caf\\u00e9 é 😀","x":[1.0,1e2,-0]}]} ],"labels":{"a":"b"}';

const limits: readonly (readonly [what: string, sent: string, goesUp: string])[] = [
  [
    'a limit that fits',
    `{"generationConfig":{"maxOutputTokens":9},${rest}}`,
    `{"generationConfig":{"maxOutputTokens":9},${rest}}`,
  ],
  [
    'a larger limit',
    `{"generation_config":{"max_output_tokens" : "5000" ,"topK":4.0},${rest}}`,
    `{"generation_config":{"max_output_tokens" : 1000 ,"topK":4.0},${rest}}`,
  ],
  [
    'a limit that is null',
    `{"generationConfig":{"maxOutputTokens":null},${rest}}`,
    `{"generationConfig":{"maxOutputTokens":1000},${rest}}`,
  ],
  [
    'a configuration without a limit',
    `{${rest},"generationConfig":{ "topK":4.0}}`,
    `{${rest},"generationConfig":{"maxOutputTokens":1000, "topK":4.0}}`,
  ],
  [
    'an empty configuration',
    `{${rest},"generationConfig": { } }`,
    `{${rest},"generationConfig": {"maxOutputTokens":1000 } }`,
  ],
  [
    'a configuration that is null',
    `{${rest},"generationConfig":null}`,
    `{${rest},"generationConfig":{"maxOutputTokens":1000}}`,
  ],
  ['no configuration', ` {${rest}}\n`, ` {"generationConfig":{"maxOutputTokens":1000},${rest}}\n`],
];

test('the limit alone is put in, all other bytes stay', () => {
  for (const [what, sent, goesUp] of limits) {
    const { text, splices } = splice(sent);

    assert.equal(text, goesUp, what);
    assert.deepEqual(splices, sent === goesUp ? [] : ['max_output_tokens'], what);
  }
});

const sealed = sealState({ family: 'anthropic', kind: 'signature', value: Content.ofText('c2ln') }, 'google');
const own = '"thoughtSignature":"b3du"';
const foreign = `"thoughtSignature":"${sealed}"`;
const limit = '"generationConfig":{"maxOutputTokens":9}';

function modelTurn(parts: string): string {
  return `{${limit},"contents":[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[${parts}]},{"parts":[{"text":"b"}]}]}`;
}

const states: readonly (readonly [what: string, sent: string, goesUp: string])[] = [
  ['its own signature', `{"text":"t",${own}}`, `{"text":"t",${own}}`],
  ['the last member', `{"text":"t" , ${foreign} }`, `{"text":"t" }`],
  ['the first member', `{ ${foreign} , "text":"t"}`, `{ "text":"t"}`],
  ['snake_case with an escape', `{"text":"t","thought_sign\\u0061ture":"${sealed}"}`, `{"text":"t"}`],
  ['a function call', `{"functionCall":{"name":"f"},${foreign}}`, `{"functionCall":{"name":"f"}}`],
  ['a thought', `{"text":"t","thought":true,${foreign}}, {"text":"u"}`, `{"text":"u"}`],
  ['the last thought', `{"text":"u"} , {"thought":true,${foreign}}`, `{"text":"u"}`],
  ['an empty text', `{"text":"u"},{"text":"",${foreign}},{"text":"v",${own}}`, `{"text":"u"},{"text":"v",${own}}`],
];

test('a signature of another family goes, and a thought with it', () => {
  for (const [what, sent, goesUp] of states) {
    const { text, splices } = splice(modelTurn(sent));

    assert.equal(text, modelTurn(goesUp), what);
    assert.deepEqual(splices, sent === goesUp ? [] : ['foreign_state'], what);
  }
});

test('a turn that held nothing but such a thought goes whole', () => {
  const { text } = splice(modelTurn(`{"text":"t","thought":true,${foreign}}`));

  assert.equal(text, `{${limit},"contents":[{"role":"user","parts":[{"text":"a"}]},{"parts":[{"text":"b"}]}]}`);
});

test('a model that refuses unsigned calls gets the placeholder of Google instead', () => {
  const { text } = splice(modelTurn(`{"functionCall":{"name":"f"},${foreign}}`), { model: 'gemini-3-flash' });

  assert.equal(text, modelTurn('{"functionCall":{"name":"f"},"thoughtSignature":"skip_thought_signature_validator"}'));
});

test('the table names every splice', () => {
  assert.deepEqual(
    requestSplices.map(({ field }) => field),
    ['max_output_tokens', 'foreign_state'],
  );
});
