// The book of all endpoints: whose harm it is, what a plan makes of it, what is told, what is forgotten.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainAsk } from '#core/routing/eligible.ts';
import type { Endpoint, Model } from '#core/routing/endpoint.ts';
import { type AttemptEnd, HealthBook } from '#core/routing/health/health-book.ts';
import { planModel } from '#core/routing/plan.ts';
import { strategyNames } from '#core/routing/strategies/strategy-names.ts';
import type { Harm } from '#core/routing/verdict.ts';
import { endpointOf } from '../properties/endpoint-of.ts';
import { pace } from './health-under-test.ts';

const [a, b, c] = [endpointOf('a'), endpointOf('b'), endpointOf('c')];

function modelOf(endpoints: readonly Endpoint[]): Model {
  return { id: 'm', aliases: [], context: 1_000, maxOutput: 100, endpoints };
}

function bookOf({ isAnonymous = false, ids = [1] } = {}): HealthBook {
  return new HealthBook(pace, () => ({ ids, isAnonymous }));
}

const nothing = {
  outcome: 'failed',
  harm: 'none',
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  retryAfterMs: undefined,
} as const;

function tells(book: HealthBook, endpoint: Endpoint, end: Partial<AttemptEnd>, now: number, times = 1): void {
  for (let time = 0; time < times; time += 1) {
    book.end(book.begin({ endpoint, model: 'x', tried: [] }, now), { ...nothing, ...end }, now, 0);
  }
}

function stateOf(book: HealthBook, endpoint: Endpoint, now: number): string | undefined {
  return book.factsOf(modelOf([endpoint]), now)[0]?.state;
}

test('an upstream without credentials has none to quarantine: what it refuses is its own failure', () => {
  const book = bookOf({ isAnonymous: true });
  tells(book, a, { harm: 'credential-refused' }, 0, 4);
  assert.equal(stateOf(book, a, 1_000), 'working');

  tells(book, a, { harm: 'credential-refused' }, 1_000);
  assert.equal(stateOf(book, a, 2_000), 'ejected');
});

test('a name that the caller made up hurts no family, and a model that is missing hurts its endpoint alone', () => {
  const book = bookOf();
  const family = { ...a, id: 'f-*@a', upstreamModel: '*' };
  tells(book, family, { harm: 'model-missing' }, 0, 9);
  tells(book, b, { harm: 'model-missing' }, 0);

  assert.deepEqual([stateOf(book, family, 1_000), stateOf(book, b, 1_000)], ['working', 'missing']);
});

test('a refused credential is out at every endpoint of its upstream, and at no other upstream', () => {
  const book = bookOf();
  const sibling = { ...a, id: 'n@a' };
  tells(book, a, { harm: 'credential-refused' }, 0);

  assert.deepEqual(
    [a, sibling, b].map((endpoint) => {
      tells(book, endpoint, { outcome: 'left' }, 1);
      return stateOf(book, endpoint, 1_000);
    }),
    ['no-credential', 'no-credential', 'working'],
  );
  assert.deepEqual(
    book.takeNews().filter(({ kind }) => kind === 'credential-out'),
    [{ kind: 'credential-out', upstream: 'a', credential: 1, why: 'quarantined' }],
  );
});

test('an attempt is over once', () => {
  const book = bookOf();
  const open = book.begin({ endpoint: a, model: 'x', tried: [] }, 0);
  for (let time = 0; time < 5; time += 1) book.end(open, { ...nothing, harm: 'endpoint' }, 0, 0);

  const [facts] = book.factsOf(modelOf([a]), 1_000);
  assert.deepEqual([facts?.state, facts?.attempts, facts?.inFlight], ['working', 1, 0]);
});

test('what is not offered any more is forgotten, and no hint brings it back', () => {
  const book = bookOf();
  tells(book, a, { harm: 'endpoint' }, 0, 5);
  book.keepOnly([modelOf([b])]);
  book.takeHint({ endpoint: a.id, outUntil: 60_000, firstContentMs: 1, tokensPerSecond: 1 }, 1);

  assert.equal(stateOf(book, a, 1_000), 'working');
  assert.equal(book.healthOf(a, 1_000), undefined);
});

test('a hint of an outage makes the next request look; who has seen the endpoint itself does not take it', () => {
  const book = bookOf();
  tells(book, b, { outcome: 'answered' }, 99_000);
  for (const endpoint of [a.id, b.id]) {
    book.takeHint({ endpoint, outUntil: 500_000, firstContentMs: 400, tokensPerSecond: 50 }, 100_000);
  }

  const [of, other] = book.factsOf(modelOf([a, b]), 100_001);
  assert.deepEqual([of?.state, of?.wantsProbe, of?.firstContentP50], ['ejected', true, 400]);
  assert.deepEqual([other?.state, other?.firstContentP50], ['working', Number.NaN]);
});

test('of an endpoint others hear at most once a second, and at once when it goes out', () => {
  const book = bookOf();
  tells(book, a, { outcome: 'answered' }, 0);
  assert.deepEqual(
    book.takeFindings(0).map(({ endpoint }) => endpoint),
    [a.id],
  );
  tells(book, a, { outcome: 'answered' }, 1_000);
  assert.deepEqual(book.takeFindings(1_000), []);
  tells(book, a, { harm: 'endpoint' }, 2_000, 5);
  assert.deepEqual(
    book.takeFindings(2_000).map(({ outUntil }) => outUntil),
    [32_000],
  );
});

test('whatever is learnt: every endpoint stays in the plan, and one that works comes first, or a probe with one behind it', () => {
  const harms: readonly Harm[] = [
    'none',
    'endpoint',
    'limited',
    'credential-refused',
    'credential-unpaid',
    'model-missing',
  ];
  const event = fc.record({
    passes: fc.nat(20_000),
    at: fc.constantFrom(a, b, c),
    end: fc.constantFrom('answered', 'failed', 'left'),
    harm: fc.constantFrom(...harms),
    times: fc.integer({ min: 1, max: 6 }),
  });

  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 60 }),
      fc.constantFrom(...strategyNames),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (events, strategy, drawn) => {
        const book = bookOf({ ids: [1, 2] });
        const model = modelOf([a, b, c]);
        let now = 0;
        for (const { passes, at, end, harm, times } of events) {
          now += passes;
          tells(book, at, { outcome: end, harm: end === 'failed' ? harm : 'none' }, now, times);
          now += 1_000;
          const facts = book.factsOf(model, now);
          const states = facts.map(({ state }) => state);
          const { steps } = planModel(model, 'm', plainAsk('openai-chat', 0), {
            strategy,
            factsOf: () => facts,
            use: { inputTokens: 1, outputTokens: 1 },
            hasTools: false,
            draw: () => drawn,
          });

          assert.equal(steps.length, 3, 'nobody is left out');
          const order = steps.map(({ endpoint }) => states[model.endpoints.indexOf(endpoint)]);
          if (!states.includes('working')) continue;
          const works = steps[0]?.why === 'probe' ? order[1] : order[0];
          const isPanic = states.filter((state) => state === 'working').length === 1;
          assert.ok(works === 'working' || isPanic, `${order}`);
        }
      },
    ),
    { numRuns: 200 },
  );
});
