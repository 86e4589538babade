import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { Fault } from '#core/generation/fault.ts';
import { geminiGenerate } from '#core/protocol/gemini-generate/gemini-generate.ts';
import { address, factsOf } from './gemini.ts';

const contents = '"contents":[{"role":"user","parts":[{"text":"hi"}]}]';

test('model and stream come from the address, limit and choices from generationConfig', () => {
  const facts = factsOf(`{${contents},"generationConfig":{"maxOutputTokens":500,"candidateCount":2}}`);

  assert.equal(facts.model, 'public/gemini');
  assert.equal(facts.stream, true);
  assert.equal(facts.outputLimit, 500);
  assert.equal(facts.choices, 2);
  assert.equal(facts.wantsUsage, true);
  assert.equal(facts.nativeOnly, undefined);
  assert.equal(facts.hasTools, false);
  assert.equal(facts.inputIsOpen, false);
});

test('snake_case, numbers as texts, null and a content that stands alone are read as the API reads them', () => {
  const facts = factsOf(
    '{"contents":{"parts":{"text":"hi"}},"cached_content":null,"generation_config":{"max_output_tokens":"64","candidate_count":null}}',
  );

  assert.equal(facts.outputLimit, 64);
  assert.equal(facts.choices, 1);
  assert.equal(facts.nativeOnly, undefined);
});

test('stored content and tools that run at Google are for Google alone', () => {
  assert.equal(factsOf(`{${contents},"cachedContent":"cachedContents/x"}`).nativeOnly, 'cached_content');
  for (const tool of ['googleSearch', 'google_search_retrieval', 'codeExecution', 'url_context', 'fileSearch']) {
    const facts = factsOf(`{${contents},"tools":[{"functionDeclarations":[]},{"${tool}":{}}]}`);
    assert.equal(facts.nativeOnly, 'hosted_tool', tool);
    assert.equal(facts.inputIsOpen, true, tool);
    assert.equal(facts.hasTools, true, tool);
  }
  assert.equal(factsOf(`{${contents},"tools":[{"function_declarations":[{"name":"f"}]}]}`).nativeOnly, undefined);
});

test('inline media are measured wherever a part may stand, and a stored file leaves the input open', () => {
  const image = '{"inlineData":{"mimeType":"image/png","data":"AAAA"}}';
  const result = `{"function_response":{"name":"f","response":{},"parts":[${image}]}}`;
  const facts = factsOf(`{"contents":[{"parts":[${image},${result}]}],"system_instruction":{"parts":${image}}}`);

  assert.equal(facts.mediaBytes, 12);
  assert.equal(facts.mediaTokensLikely, 3 * 1_100);
  assert.equal(facts.inputIsOpen, false);

  const file = '{"file_d\\u0061ta":{"fileUri":"https://a.example/"}}';
  assert.equal(factsOf(`{"contents":[{"parts":[${file}]}]}`).inputIsOpen, true);
  const video = '{"inline_data":{"mime_type":"video/mp4","data":"AAAA"}}';
  assert.equal(factsOf(`{"contents":[{"parts":[${video}]}]}`).inputIsOpen, true);
});

const malformed: readonly (readonly [body: string, reason: string])[] = [
  ['', 'the body is empty'],
  ['{', 'the body is not valid JSON'],
  ['[]', 'the body is not a JSON object'],
  ['{}', '"contents" is missing'],
  ['{"contents":null}', '"contents" is missing'],
  ['{"contents":"hi"}', '"contents" is not a list'],
  [`{${contents},${contents}}`, 'a field stands twice in the body'],
  [`{${contents},"generationConfig":{},"generation_config":{}}`, 'a field stands twice in the body'],
  [`{${contents},"generationConfig":[]}`, '"generationConfig" is not an object'],
  [`{${contents},"generationConfig":{"maxOutputTokens":1,"max_output_tokens":2}}`, 'a field stands twice in the body'],
  [`{${contents},"generationConfig":{"maxOutputTokens":1,"maxOutputTokens":2}}`, 'a field stands twice in the body'],
  [`{${contents},"generationConfig":{"maxOutputTokens":0}}`, '"maxOutputTokens" is not a whole number from 1 on'],
  [`{${contents},"generationConfig":{"maxOutputTokens":"9e9"}}`, '"maxOutputTokens" is not a whole number from 1 on'],
  [`{${contents},"generationConfig":{"candidateCount":1.5}}`, '"candidateCount" is not a whole number from 1 on'],
  [`{${contents},"generationConfig":{"candidateCount":129}}`, '"candidateCount" is above 128'],
  [`{${contents},"tools":"f"}`, '"tools" is not a list'],
  [`{${contents},"store":1}`, '"store" is not true or false'],
  [`{"contents":${'['.repeat(80)}${']'.repeat(80)}}`, 'the body is nested more than 64 deep'],
];

test('a malformed body is refused in closed sentences', () => {
  for (const [body, reason] of malformed) {
    assert.throws(
      () => factsOf(body),
      (thrown) => thrown instanceof Fault && thrown.fault === 'request-malformed' && thrown.details.reason === reason,
      body,
    );
  }
});

test('an address without a model is refused', () => {
  const body = Buffer.from(`{${contents}}`);

  assert.throws(() => geminiGenerate.readRequest(body, { ...address, model: undefined }), Fault);
});

test('the upstream path holds the model, its slashes kept', () => {
  assert.equal(geminiGenerate.upstreamPath('gemini-3-pro', false), '/models/gemini-3-pro:generateContent');
  assert.equal(geminiGenerate.upstreamPath('tuned/a b?', true), '/models/tuned/a%20b%3F:streamGenerateContent?alt=sse');
});
