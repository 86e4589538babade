import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import fc from 'fast-check';
import { Fault } from '#core/generation/fault.ts';
import { openaiCompletions } from '#core/protocol/openai-completions/openai-completions.ts';
import { routerCompletions } from '#core/protocol/openrouter/router-surfaces.ts';
import { SseSplitter } from '#core/protocol/sse.ts';
import { factsOf, replyOf, splice, usageOf } from '../native-surface/surface.ts';

const rest = '"prompt":"caf\\u00e9 é","x":[1.0,1e2,-0]';

function refusalOf(fields: object): string {
  try {
    factsOf(openaiCompletions, JSON.stringify({ model: 'm', prompt: 'one', ...fields }));
    return 'none';
  } catch (thrown) {
    return thrown instanceof Fault ? thrown.fault : 'internal';
  }
}

test('a limit and a wish for usage are spliced as a hold and a count need them', () => {
  const cases: readonly (readonly [what: string, sent: string, goesUp: string])[] = [
    ['no limit', `{"model":"up",${rest}}`, `{"max_tokens":16,"model":"up",${rest}}`],
    ['a limit of null', `{"model":"up","max_tokens":null,${rest}}`, `{"model":"up","max_tokens":16,${rest}}`],
    ['a limit that fits', `{"model":"up","max_tokens":1e2,${rest}}`, `{"model":"up","max_tokens":1e2,${rest}}`],
    ['a limit of nothing', `{"model":"up","max_tokens":0,${rest}}`, `{"model":"up","max_tokens":0,${rest}}`],
    ['one too large', `{"model":"up","max_tokens":101,${rest}}`, `{"model":"up","max_tokens":100,${rest}}`],
    ['usage: no options', stream(''), `{"stream_options":{"include_usage":true},${stream('').slice(1)}`],
    ['usage: options null', stream('"stream_options":null,'), stream('"stream_options":{"include_usage":true},')],
    ['usage: options empty', stream('"stream_options":{ },'), stream('"stream_options":{"include_usage":true},')],
    [
      'usage: said no',
      stream('"stream_options":{ "include_usage" : false },'),
      stream('"stream_options":{ "include_usage" : true },'),
    ],
    [
      'usage: other options',
      stream('"stream_options":{"include_obfuscation":false},'),
      stream('"stream_options":{"include_usage":true,"include_obfuscation":false},'),
    ],
    [
      'usage was asked for',
      stream('"stream_options":{"include_usage":true},'),
      stream('"stream_options":{"include_usage":true},'),
    ],
  ];
  for (const [what, sent, goesUp] of cases) {
    const limit = factsOf(openaiCompletions, sent).outputLimit ?? 0;
    assert.equal(splice(openaiCompletions, sent, Math.min(100, limit)).text, goesUp, what);
  }
});

function stream(options: string): string {
  return `{"model":"up","max_tokens":9,"stream":true,${options}${rest}}`;
}

test('for all requests, what goes up is JSON and says nothing else than what was sent but for the splices', () => {
  const fields = fc.record(
    {
      prompt: fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1 })),
      max_tokens: fc.option(fc.nat(300)),
      stream: fc.boolean(),
      stream_options: fc.option(
        fc.record({ include_usage: fc.boolean(), other: fc.jsonValue() }, { requiredKeys: [] }),
      ),
      user: fc.option(fc.string()),
      n: fc.integer({ min: 1, max: 128 }),
      extra: fc.jsonValue(),
    },
    { requiredKeys: ['prompt'] },
  );
  fc.assert(
    fc.property(fields, fc.integer({ min: 0, max: 2 }), (given, indent) => {
      const sent = { ...given, model: 'own/m' };
      const { text } = splice(openaiCompletions, JSON.stringify(sent, null, indent), 100);
      const named = typeof given.max_tokens === 'number' ? given.max_tokens : undefined;
      const options = { ...given.stream_options, include_usage: true };
      assert.deepEqual(JSON.parse(text), {
        ...JSON.parse(JSON.stringify(sent)),
        model: 'up',
        max_tokens: named !== undefined && named <= 100 ? named : 100,
        ...(typeof given.user === 'string' ? { user: `of-${given.user.length}` } : {}),
        ...(given.stream === true ? { stream_options: JSON.parse(JSON.stringify(options)) } : {}),
      });
    }),
  );
});

test('answers are counted for each prompt: a hold covers all of them', () => {
  const choices = (fields: object) => factsOf(openaiCompletions, JSON.stringify({ model: 'm', ...fields })).choices;
  assert.equal(choices({ prompt: 'one' }), 1);
  assert.equal(choices({ prompt: null }), 1);
  assert.equal(choices({ prompt: [] }), 1);
  assert.equal(choices({ prompt: ['a', 'b'], n: 3 }), 6);
  assert.equal(choices({ prompt: [1, 2, 3] }), 1);
  assert.equal(choices({ prompt: [[1, 2], [3]], n: 2 }), 4);
});

test('who names no limit gets sixteen; who came for OpenRouter gets what the endpoint gives', () => {
  const body = '{"model":"m","prompt":"one"}';
  assert.equal(factsOf(openaiCompletions, body).outputLimit, 16);
  assert.equal(factsOf(routerCompletions, body).outputLimit, undefined);
});

test('what cannot be held or counted is refused', () => {
  assert.equal(refusalOf({ n: 129 }), 'request-malformed');
  assert.equal(refusalOf({ max_tokens: -1 }), 'request-malformed');
  assert.equal(refusalOf({ prompt: {} }), 'request-malformed');
  assert.equal(refusalOf({ best_of: 2 }), 'field-not-carried');
  assert.equal(refusalOf({ best_of: 2, n: 2 }), 'none');
  assert.equal(refusalOf({ best_of: null }), 'none');
});

const choice = (text: string, finish: string | null = null) => ({
  text,
  index: 0,
  logprobs: null,
  finish_reason: finish,
});
const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };

test('a whole reply tells its words in bytes, its end and its usage', () => {
  const reply = { object: 'text_completion', choices: [choice('café'), choice('b', 'length')], usage };
  const facts = replyOf(openaiCompletions, reply);
  assert.ok(facts.kind === 'answer');
  assert.deepEqual([facts.hasContent, facts.outputBytes, facts.finish], [true, 6, 'length']);
  assert.deepEqual(usageOf(openaiCompletions, reply), { hasContent: true, input: 5, output: 2 });
  assert.deepEqual(usageOf(openaiCompletions, `\ufeff${JSON.stringify(reply)}`).valueOf(), {
    hasContent: true,
    input: 5,
    output: 2,
  });
  assert.deepEqual(replyOf(openaiCompletions, { message: 'hello' }), { kind: 'not-json' });
});

function read(...payloads: readonly (object | string)[]) {
  const text = payloads.map((each) => `data: ${typeof each === 'string' ? each : JSON.stringify(each)}\n\n`).join('');
  const stream = openaiCompletions.openStream({ generation: 'gen-x', choices: 1 });
  const facts = new SseSplitter().push(Buffer.from(text)).events.map((event) => stream.read(event));
  return { stream, facts };
}

test('a stream tells content, end, usage and its last event', () => {
  const { stream, facts } = read(
    { choices: [choice('one')] },
    { choices: [choice('', 'stop')] },
    { choices: [], usage },
    '[DONE]',
  );
  assert.deepEqual(
    facts.map(({ hasContent, outputBytes, finish, isUsageOnly, isTerminal }) => {
      return [hasContent, outputBytes, finish, isUsageOnly, isTerminal];
    }),
    [
      [true, 3, undefined, false, false],
      [false, 0, 'stop', false, false],
      [false, 0, undefined, true, false],
      [false, 0, undefined, false, true],
    ],
  );
  assert.equal(facts[2]?.usage?.output, 2);
  assert.equal(stream.end(), '');
});

test('a stream without its mark gets one; an error is a fault, an event that is no JSON passes', () => {
  const { stream, facts } = read({ choices: [choice('one')] }, { error: { code: 'server_error' } }, '{"choices":');
  assert.equal(stream.end(), 'data: [DONE]\n\n');
  assert.deepEqual(
    facts.map(({ error }) => error),
    [undefined, 'server_error', undefined],
  );
  assert.equal(facts[2]?.isMalformed, true);
  assert.match(stream.fault(new Fault('stream-cut')), /^\n\ndata: \{"error":.*"stream_cut"/);
});
