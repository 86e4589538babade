// A conversation stays where its cache is while that is the cheapest, and nobody else's is touched by it.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { noUsage, type Usage } from '#core/generation/usage.ts';
import { scanJsonObject } from '#core/protocol/json-scan.ts';
import { type Session, sessionOf } from '#core/protocol/session-of.ts';
import { type Affinity, learnTurn } from '#core/routing/affinity/affinity.ts';
import { plainAsk } from '#core/routing/eligible.ts';
import type { Endpoint, Model } from '#core/routing/endpoint.ts';
import { type EndpointFacts, newEndpointFacts } from '#core/routing/health/endpoint-facts.ts';
import { planModel } from '#core/routing/plan.ts';
import { AffinityTable } from '#gateway/plan/affinity-table.ts';
import { endpointOf } from '../properties/endpoint-of.ts';

const minute = 60_000;

/** USD per million tokens. */
function pricedOf(name: string, price: { input: number; cached?: number; written?: number }): Endpoint {
  const pico = (usd: number) => BigInt(Math.round(usd * 1e6));
  const { input, cached = input, written = input } = price;
  const rates = { input: pico(input), cachedInput: pico(cached), cacheWrite5m: pico(written), output: pico(1) };
  return { ...endpointOf(name), price: { id: 'v', price: { rates, tiers: [] } }, context: 1e6 };
}

const usage = (told: Partial<Usage>): Usage => ({ ...noUsage, ...told });
const cacher = pricedOf('a', { input: 3, cached: 0.3, written: 3.75 });
const cheaper = pricedOf('b', { input: 2, cached: 2 });

function planned(affinity: Affinity | undefined, endpoints: readonly Endpoint[], facts: Partial<EndpointFacts>[] = []) {
  const model: Model = { id: 'm', aliases: [], context: 1e6, maxOutput: 100, endpoints };
  const [first] = planModel(model, 'm', plainAsk('openai-chat', 0), {
    strategy: 'price',
    factsOf: () => facts.map((each) => ({ ...newEndpointFacts(), ...each })),
    use: { inputTokens: 10_000, outputTokens: 100 },
    hasTools: false,
    affinity,
    draw: () => 0.5,
  }).steps;
  return `${first?.endpoint.upstream.name} ${first?.why}`;
}

test('it stays where the probable hit makes it cheaper, and moves when staying costs more', () => {
  const at = (cachedTokens: number): Affinity => ({
    endpoint: cacher.id,
    cachedTokens,
    writesCache: false,
    ttlMs: 0,
    until: 1,
  });

  assert.equal(planned(undefined, [cacher, cheaper]), 'b ranked');
  assert.equal(planned(at(9_000), [cacher, cheaper]), 'a affinity');
  // 10,000 tokens cost 2 elsewhere, 3 − 2.7 × hit here: below a hit of 0.37 somebody else is cheaper.
  assert.equal(planned(at(3_800), [cacher, cheaper]), 'a affinity');
  assert.equal(planned(at(3_600), [cacher, cheaper]), 'b ranked');
  assert.equal(planned(at(0), [cacher, cheaper]), 'b ranked');
});

test('who would have to write the cache anew pays for that too', () => {
  const elsewhere = pricedOf('c', { input: 0.9, cached: 0.1, written: 9 });
  const told = { endpoint: cacher.id, cachedTokens: 7_500, ttlMs: 0, until: 1 };

  assert.equal(planned({ ...told, writesCache: false }, [cacher, elsewhere]), 'c ranked');
  assert.equal(planned({ ...told, writesCache: true }, [cacher, elsewhere]), 'a affinity');
});

test('an endpoint that strains or is ejected is left, and what may not serve is no place to stay', () => {
  const there: Affinity = { endpoint: cacher.id, cachedTokens: 9_000, writesCache: false, ttlMs: 0, until: 1 };

  assert.equal(planned(there, [cacher, cheaper], [{ state: 'ejected' }, {}]), 'b ranked');
  assert.equal(planned(there, [cacher, cheaper], [{ inFlight: 5, inFlightMax: 5 }, {}]), 'b ranked');
  const off = { ...cacher, upstream: { ...cacher.upstream, enabled: false } };
  assert.equal(planned(there, [off, cheaper]), 'b ranked');
});

test('a named conversation stays after any good answer, another one only after its cache was used', () => {
  const turn = { endpoint: cacher, usage: usage({ input: 1_000, output: 5 }) };
  const free = { endpoint: cheaper, usage: usage({ cachedInput: 900 }) };

  assert.equal(learnTurn(undefined, { ...turn, isNamed: false }, 0), undefined);
  assert.equal(learnTurn(undefined, { ...free, isNamed: false }, 0), undefined, 'a hit that saves nothing');
  assert.equal(learnTurn(undefined, { ...turn, isNamed: true }, 0)?.cachedTokens, 500);
  const read = learnTurn(
    undefined,
    { endpoint: cacher, usage: usage({ input: 100, cachedInput: 900 }), isNamed: false },
    0,
  );
  assert.equal(read?.cachedTokens, 1_000);
  const written = learnTurn(
    undefined,
    { endpoint: cacher, usage: usage({ input: 100, cacheWrite5m: 900 }), isNamed: false },
    0,
  );
  assert.deepEqual([written?.cachedTokens, written?.writesCache], [900, true]);
});

test('a cache that was hoped for and did not show is not hoped for again', () => {
  const turn = { endpoint: cacher, usage: usage({ input: 1_000 }), isNamed: true };
  const first = learnTurn(undefined, turn, 0);

  assert.equal(learnTurn(first, turn, 1)?.cachedTokens, 0);
});

test('it lasts ten minutes, or as long as the cache that was written; a good answer renews it', () => {
  const turn = (told: Partial<Usage>) => ({ endpoint: cacher, usage: usage(told), isNamed: false });
  const short = learnTurn(undefined, turn({ cacheWrite5m: 10 }), 0);
  const long = learnTurn(undefined, turn({ cacheWrite1h: 10 }), 0);

  assert.equal(short?.until, 10 * minute);
  assert.equal(long?.until, 60 * minute);
  assert.equal(learnTurn(short, turn({ cachedInput: 10 }), 5 * minute)?.until, 15 * minute);
  assert.equal(learnTurn(long, turn({ cachedInput: 10 }), 5 * minute)?.until, 65 * minute, 'a read renews the hour');
});

const chat = (body: unknown) => Buffer.from(JSON.stringify(body));
const textOf = (session: Session | undefined) =>
  session?.kind === 'named' ? session.name : session?.pieces.map((piece) => Buffer.from(piece).toString());

test('a conversation is known by its name in the body, in the head, its cache key, or its opening', () => {
  const messages = [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: 'one' },
    { role: 'assistant', content: 'two' },
    { role: 'user', content: 'three' },
  ];
  const opening = messages.slice(0, 2).map((each) => JSON.stringify(each));

  assert.equal(
    textOf(
      sessionOf({
        body: chat({ messages, session_id: 's', prompt_cache_key: 'k' }),
        protocol: 'openai-chat',
        given: 'h',
      }),
    ),
    's',
  );
  assert.equal(
    textOf(sessionOf({ body: chat({ messages, prompt_cache_key: 'k' }), protocol: 'openai-chat', given: 'h' })),
    'h',
  );
  assert.equal(
    textOf(sessionOf({ body: chat({ messages, prompt_cache_key: 'k' }), protocol: 'openai-chat', given: undefined })),
    'k',
  );
  assert.deepEqual(textOf(sessionOf({ body: chat({ messages }), protocol: 'openai-chat', given: undefined })), opening);
  assert.deepEqual(
    textOf(
      sessionOf({ body: chat({ messages, session_id: 'x'.repeat(257) }), protocol: 'openai-chat', given: undefined }),
    ),
    opening,
  );
});

test('what an earlier scan has found gives the same, without another one', () => {
  const bodies = [
    { messages: [{ role: 'user', content: 'one' }] },
    {
      messages: [
        { role: 'system', content: 's' },
        { role: 'user', content: 'one' },
      ],
      session_id: 's',
    },
    { messages: [{ role: 'user', content: 'say "session_id"' }], prompt_cache_key: 'k' },
    { messages: [] },
    { messages: 'text' },
  ];
  for (const each of bodies) {
    const body = chat(each);
    const scan = scanJsonObject(body, new Set(['messages']));
    assert.ok(scan.ok);
    for (const given of [undefined, 'head', 'x'.repeat(300)]) {
      const ask = { body, protocol: 'openai-chat', given } as const;
      assert.deepEqual(sessionOf({ ...ask, spans: scan.fields }), sessionOf(ask), JSON.stringify(each));
    }
  }
});

test('what follows the opening changes nothing, in any dialect', () => {
  const turns = ['one', 'two', 'three'];
  const bodies = {
    'openai-chat': (n: number) => ({ messages: turns.slice(0, n).map((content) => ({ role: 'user', content })) }),
    'openai-responses': (n: number) => ({
      instructions: 'i',
      input: turns.slice(0, n).map((content) => ({ content })),
    }),
    'anthropic-messages': (n: number) => ({ system: 'i', messages: turns.slice(0, n).map((content) => ({ content })) }),
    'gemini-generate': (n: number) => ({
      systemInstruction: { parts: [] },
      contents: turns.slice(0, n).map((text) => ({ parts: [{ text }] })),
    }),
  } as const;
  for (const name of ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const) {
    const at = (n: number) => textOf(sessionOf({ body: chat(bodies[name](n)), protocol: name, given: undefined }));
    assert.deepEqual(at(1), at(3), name);
    assert.equal(at(1)?.length, name === 'openai-chat' ? 1 : 2, name);
  }
  assert.equal(sessionOf({ body: chat({ messages: [] }), protocol: 'openai-chat', given: undefined }), undefined);
});

test('the same words of another workspace, or to another model, are another conversation', () => {
  const table = new AffinityTable();
  const session: Session = { kind: 'named', name: 's' };
  const turn = { endpoint: cacher, usage: usage({ cachedInput: 10 }) };
  table.learn(table.keyOf('w1', 'm', session), turn, 0);

  assert.equal(table.find(table.keyOf('w1', 'm', session), 1)?.endpoint, cacher.id);
  assert.equal(table.find(table.keyOf('w2', 'm', session), 1), undefined);
  assert.equal(table.find(table.keyOf('w1', 'n', session), 1), undefined);
  assert.equal(table.find(table.keyOf('w1', 'm', session), 10 * minute), undefined, 'after its time');
});

test('the table never grows beyond its bound, and forgets who rested longest', () => {
  const table = new AffinityTable();
  const key = (n: number) => table.keyOf('w', 'm', { kind: 'named', name: String(n) });
  const turn = { endpoint: cacher, usage: usage({ cachedInput: 10 }) };
  for (let n = 0; n < 50_010; n += 1) table.learn(key(n), turn, 0);

  assert.equal(table.size, 50_000);
  assert.equal(table.find(key(5), 1), undefined);
  assert.notEqual(table.find(key(20), 1), undefined);
});

test('whoever it stays with costs no more than anybody else that is well', () => {
  const price = fc.integer({ min: 1, max: 50 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(price, price), { minLength: 2, maxLength: 6 }),
      fc.nat(12_000),
      (prices, cachedTokens) => {
        const endpoints = prices.map(([input, cached], index) =>
          pricedOf(`u${index}`, { input, cached: Math.min(input, cached) }),
        );
        const there = { endpoint: 'm@u0', cachedTokens, writesCache: false, ttlMs: 0, until: 1 };
        const [input = 0, cached = 0] = prices[0] ?? [];
        const hit = Math.min(1, cachedTokens / 10_000);
        const own = input * (1 - hit) + Math.min(input, cached) * hit;

        const [name, why] = planned(there, endpoints).split(' ');

        const cheapest = Math.min(...prices.slice(1).map(([each]) => each));
        if (why === 'affinity') assert.ok(own <= cheapest + 1e-9, `${own} > ${cheapest}`);
        else assert.ok(own >= cheapest - 1e-9, `${name}: ${own} < ${cheapest}`);
      },
    ),
    { numRuns: 500 },
  );
});
