import assert from 'node:assert/strict';
import test from 'node:test';
import { rerank } from '#core/protocol/rerank/rerank.ts';
import { factsOf, replyOf, usageOf } from '../native-surface/surface.ts';

const asked = (query: unknown, documents: unknown) =>
  factsOf(rerank, JSON.stringify({ model: 'm', query, documents, top_n: 3 }));

test('the query is counted once more for each document after the first', () => {
  assert.equal(asked('depth', ['a']).mediaTokensMax, 0);
  assert.equal(asked('depth', ['a', 'b', 'c']).mediaTokensMax, 2 * '"depth"'.length);
  assert.equal(asked('depth', []).mediaTokensMax, 0);
});

test('a document may be an object with a text or a picture', () => {
  const { mediaTokensMax, inputIsOpen } = asked('q', [{ text: 'a' }, { image: 'data:image/png;base64,AAAA' }]);
  assert.deepEqual([mediaTokensMax, inputIsOpen], [40_000 + '"q"'.length, false]);
});

test('a query or documents that are none are refused', () => {
  assert.throws(() => asked(7, ['a']));
  assert.throws(() => asked('q', 'a'));
  assert.throws(() => asked(undefined, ['a']));
});

const results = [{ index: 1, relevance_score: 0.9 }];

test('each provider tells its usage in another place', () => {
  const cases: readonly (readonly [who: string, reply: object, input: number | undefined])[] = [
    ['Jina', { results, usage: { total_tokens: 815 } }, 815],
    ['vLLM', { results, usage: { prompt_tokens: 56, total_tokens: 56 } }, 56],
    ['Voyage', { object: 'list', data: results, usage: { total_tokens: 26 } }, 26],
    ['OpenRouter', { results, usage: { search_units: 1, total_tokens: 150 } }, 150],
    ['OpenRouter, by searches', { results, usage: { search_units: 2 } }, 2],
    ['Cohere', { id: 'r', results, meta: { api_version: {}, billed_units: { search_units: 1 } } }, 1],
    ['SiliconFlow', { results, meta: { billed_units: { input_tokens: 28, search_units: 0 } } }, 28],
    ['nobody', { results }, undefined],
  ];
  for (const [who, reply, input] of cases) {
    assert.deepEqual(
      usageOf(rerank, reply),
      { hasContent: true, input, output: input === undefined ? undefined : 0 },
      who,
    );
  }
});

test('a reply without a ranked document is no answer', () => {
  for (const reply of [{ results: [] }, { results: [{}] }, { data: [] }]) {
    const facts = replyOf(rerank, reply);
    assert.ok(facts.kind === 'answer' && !facts.hasContent);
  }
  assert.deepEqual(replyOf(rerank, { message: 'hello' }), { kind: 'not-json' });
});
