import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import fc from 'fast-check';
import { Fault } from '#core/generation/fault.ts';
import { openaiCompletions } from '#core/protocol/openai-completions/openai-completions.ts';
import { openaiEmbeddings } from '#core/protocol/openai-embeddings/openai-embeddings.ts';
import { openaiModerations } from '#core/protocol/openai-moderations/openai-moderations.ts';
import { routerCompletions, routerEmbeddings, routerRerank } from '#core/protocol/openrouter/router-surfaces.ts';
import { WholeDress } from '#core/protocol/openrouter/whole-dress.ts';
import { rerank } from '#core/protocol/rerank/rerank.ts';
import { factsOf, splice } from './surface.ts';

const bodies = [
  [openaiEmbeddings, '"input":"one"', '/embeddings'],
  [openaiCompletions, '"prompt":"one","max_tokens":9', '/completions'],
  [openaiModerations, '"input":"one"', '/moderations'],
  [rerank, '"query":"one","documents":["two"]', '/rerank'],
] as const;

test('no surface can be translated, by whichever verb it is asked for', () => {
  for (const protocol of [...bodies.map(([each]) => each), routerEmbeddings, routerRerank, routerCompletions]) {
    const verbs = [
      ...(['decodeRequest', 'encodeReply', 'openEncoder'] as const),
      ...(['encodeRequest', 'decodeReply', 'openDecoder'] as const),
    ];
    for (const verb of verbs) {
      assert.throws(
        () => Reflect.apply(protocol[verb], undefined, [{}, {}]),
        (thrown: unknown) => thrown instanceof Fault && thrown.fault === 'field-not-carried',
      );
    }
  }
});

test('each asks for an upstream of the chat dialect; embeddings alone may be translated, into no other chat', () => {
  for (const [protocol, rest, path] of bodies) {
    const facts = factsOf(protocol, `{"model":"own/m",${rest}}`);
    const nativeOnly = protocol === openaiEmbeddings ? undefined : 'surface';
    assert.deepEqual([protocol.name, facts.nativeOnly, facts.store], ['openai-chat', nativeOnly, undefined]);
    assert.deepEqual(protocol.translation?.into, nativeOnly ? undefined : ['gemini-generate']);
    assert.equal(protocol.upstreamPath('up', false), path);
  }
});

test('the input itself stands in no span: what is spliced is a closed list', () => {
  for (const [protocol, rest] of bodies) {
    const { spans } = factsOf(protocol, `{"model":"own/m",${rest}}`);
    for (const name of ['input', 'prompt', 'query', 'documents']) assert.equal(spans.has(name), false);
  }
});

test('what no splice names stays byte-equal', () => {
  for (const [protocol, rest] of bodies) {
    const sent = `\n\t{ "zeta" : {"model":"own/m","user":"x"} ,"a":1,"a":2.50,"b":"caf\\u00e9 é 😀",${rest},\r\n "model" : "up" , "__proto__":{} } \n`;
    assert.deepEqual(splice(protocol, sent), { text: sent, splices: [] });
  }
});

test('model and end users are spliced where they stand', () => {
  for (const [protocol, rest] of bodies) {
    const { text, splices } = splice(
      protocol,
      `{"user":"ann","mod\\u0065l":"own\\/m",${rest},"safety_identifier":"b\\u00fcb"}`,
    );
    assert.equal(text, `{"user":"of-3","mod\\u0065l":"up",${rest},"safety_identifier":"of-3"}`);
    assert.deepEqual(splices, ['model', 'user', 'safety_identifier']);
  }
});

test('bodies that are none are refused with the reason', () => {
  for (const [protocol, rest] of bodies) {
    const broken = ['', '[]', '{', `{"model":"m","model":"m",${rest}}`, `{"model":7,${rest}}`, '{"model":"m"}'];
    for (const body of broken) {
      assert.throws(
        () => factsOf(protocol, body),
        (thrown: unknown) => thrown instanceof Fault && thrown.fault === 'request-malformed',
        body,
      );
    }
  }
});

test('for all replies, the dress changes model, provider and usage, and no other byte', () => {
  const rest = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => {
    const { model: _, provider: __, usage: ___, ...others } = value;
    return others;
  });
  fc.assert(
    fc.property(rest, fc.boolean(), fc.integer({ min: 0, max: 3 }), (others, hasUsage, indent) => {
      const usage = hasUsage ? { usage: { total_tokens: 7 } } : {};
      const dress = new WholeDress();
      dress.answering({ model: 'own/m', provider: 'maker' });
      const sent = Buffer.from(JSON.stringify({ model: 'up', ...others, ...usage }, null, indent));
      const bill = { cost: '0.000000007', inputCost: '0.000000007', outputCost: '0' };
      const told = JSON.parse(Buffer.from(dress.whole(sent, bill)).toString());
      const { model, provider, usage: billed, ...kept } = told;
      assert.deepEqual([model, provider], ['own/m', 'maker']);
      assert.deepEqual(kept, JSON.parse(JSON.stringify(others)));
      assert.equal(billed?.cost, hasUsage ? 7e-9 : undefined);
    }),
  );
});

test('numbers of a vector keep all of their digits below the dress', () => {
  const dress = new WholeDress();
  dress.answering({ model: 'own/m', provider: 'maker' });
  const sent = '{"data":[{"embedding":[0.12345678901234567890,-0,1e-400]}],"usage":{"total_tokens":1}, "model" : "up"}';
  const bill = { cost: '0.1', inputCost: '0.1', outputCost: '0' };
  const told = Buffer.from(dress.whole(Buffer.from(sent), bill)).toString();
  assert.ok(told.startsWith('{"provider":"maker","data":[{"embedding":[0.12345678901234567890,-0,1e-400]}],"usage":{'));
  assert.ok(told.endsWith(', "model" : "own/m"}'));
});
