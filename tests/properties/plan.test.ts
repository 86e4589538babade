// Which model a name means, which endpoints may serve it and in what order, and what follows when one does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { whyExcluded } from '#core/routing/eligible.ts';
import { type Endpoint, type Model, protocolNames } from '#core/routing/endpoint.ts';
import { type Catalogue, findModel, upstreamNameOf } from '#core/routing/find-model.ts';
import { inFileOrder, planModel } from '#core/routing/plan.ts';
import { judgeTrouble, type Verdict } from '#core/routing/verdict.ts';
import { endpointOf } from './endpoint-of.ts';

function modelOf(id: string, endpoints: readonly Endpoint[] = [], aliases: readonly string[] = []): Model {
  return { id, aliases, context: 1_000, maxOutput: 100, endpoints };
}

function catalogueOf(...ids: readonly string[]): Catalogue {
  const models = ids.map((id) => modelOf(id));
  return { models, byName: new Map(models.map((model) => [model.id, model])) };
}

const nothingStored = { day: 0, mayStoreAt: undefined, pinnedTo: undefined, onlyAt: undefined, rules: undefined };
const ask = { protocol: 'openai-chat', nativeOnly: false, ...nothingStored } as const;
const bound = { ...ask, nativeOnly: true };

test('a disabled endpoint may not serve, nor one of another dialect what only the own one can say', () => {
  assert.equal(whyExcluded(endpointOf('a'), ask), undefined);
  assert.equal(whyExcluded(endpointOf('a'), bound), undefined);
  assert.equal(whyExcluded(endpointOf('a', { enabled: false }), ask), 'disabled');
  assert.equal(whyExcluded(endpointOf('a', { protocols: ['anthropic-messages'] }), ask), undefined);
  assert.equal(whyExcluded(endpointOf('a', { protocols: ['anthropic-messages'] }), bound), 'protocol');
  assert.equal(whyExcluded(endpointOf('a', { protocols: [] }), ask), 'protocol');
  assert.equal(whyExcluded(endpointOf('a', { enabled: false, protocols: [] }), ask), 'disabled');
});

test('a plan names every endpoint once, as a step or with why not, in the order of the file, own dialect first', () => {
  const traits = fc.record({ enabled: fc.boolean(), protocols: fc.subarray([...protocolNames]) });
  const property = fc.property(
    fc.array(traits, { maxLength: 8 }),
    fc.constantFrom(...protocolNames),
    fc.boolean(),
    (all, protocol, nativeOnly) => {
      const endpoints = all.map((each, index) => endpointOf(`u${index}`, each));

      const { steps, excluded } = planModel(
        modelOf('m', endpoints),
        'm',
        { protocol, nativeOnly, ...nothingStored },
        inFileOrder,
      );

      const isNative = ({ upstream }: Endpoint) => upstream.protocols.includes(protocol);
      const mayServe = (endpoint: Endpoint) =>
        endpoint.upstream.enabled && (isNative(endpoint) || (!nativeOnly && endpoint.upstream.protocols.length > 0));
      const serving = endpoints.filter(mayServe);
      const inOrder = [...serving.filter(isNative), ...serving.filter((endpoint) => !isNative(endpoint))];
      assert.deepEqual(
        steps.map(({ endpoint, protocol: spoken }) => [endpoint.id, spoken]),
        inOrder.map(({ id, upstream }) => [
          id,
          upstream.protocols.includes(protocol) ? protocol : upstream.protocols[0],
        ]),
      );
      assert.deepEqual(
        excluded.map(({ endpoint, why }) => [endpoint.id, why]),
        endpoints
          .filter((endpoint) => !mayServe(endpoint))
          .map(({ id, upstream }) => [id, upstream.enabled ? 'protocol' : 'disabled']),
      );
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test('a family takes every name that begins with its prefix; the longest prefix wins, the exact name before all', () => {
  const catalogue = catalogueOf('sandbox/fault-*', 'sandbox/fault-cut-*', 'sandbox/fault-cut-now', 'sandbox/echo');
  const found = (name: string) => findModel(catalogue, name)?.id;

  assert.equal(found('sandbox/echo'), 'sandbox/echo');
  assert.equal(found('sandbox/fault-429'), 'sandbox/fault-*');
  assert.equal(found('sandbox/fault-head-never'), 'sandbox/fault-*');
  assert.equal(found('sandbox/fault-cut-5'), 'sandbox/fault-cut-*');
  assert.equal(found('sandbox/fault-cut-now'), 'sandbox/fault-cut-now');
  assert.equal(found('sandbox/fault-cut'), 'sandbox/fault-*');
});

test('no model: an unknown name, a prefix without its hyphen, a family by its own name, names of objects', () => {
  const catalogue = catalogueOf('sandbox/fault-*', 'sandbox/echo');

  for (const name of ['', '-', '*', 'echo', 'sandbox/fault', 'sandbox/fault-*', 'sandbox/Echo', '__proto__', 'x-y']) {
    assert.equal(findModel(catalogue, name), undefined, name);
  }
});

test('whatever the families, the one found is the longest that fits', () => {
  const words = fc.array(fc.constantFrom('a', 'b', '/', ''), { minLength: 1, maxLength: 5 });
  const prefixes = words.map((parts) => `m${parts.join('-')}-`);
  const property = fc.property(fc.uniqueArray(prefixes, { maxLength: 6 }), words, (families, parts) => {
    const asked = `m${parts.join('-')}`;

    const found = findModel(catalogueOf(...families.map((prefix) => `${prefix}*`)), asked);

    const fitting = families.filter((prefix) => asked.startsWith(prefix)).map((prefix) => prefix.length);
    assert.equal(found?.id.length, fitting.length === 0 ? undefined : Math.max(...fitting) + 1);
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('an upstream gets its own name of a model, and the name asked for where it has a family', () => {
  assert.equal(upstreamNameOf(endpointOf('a'), 'alias'), 'm');
  assert.equal(upstreamNameOf({ ...endpointOf('a'), upstreamModel: '*' }, 'sandbox/fault-429'), 'sandbox/fault-429');
});

type Judged = Omit<Verdict, 'word'>;

const unavailable = {
  other: { next: 'other', harm: 'endpoint', fault: 'upstream-unavailable' },
  any: { next: 'any', harm: 'endpoint', fault: 'upstream-unavailable' },
} as const;
const rejected = { next: 'stop', harm: 'none', fault: 'upstream-rejected' } as const;

/** What is stated of single statuses; the rest of 5xx may be tried anywhere again, all else elsewhere. */
const stated: Readonly<Record<number, Judged>> = {
  400: rejected,
  401: { ...unavailable.other, harm: 'credential-refused' },
  402: { ...unavailable.other, harm: 'credential-unpaid' },
  403: { ...unavailable.other, harm: 'credential-refused' },
  404: { ...unavailable.other, harm: 'model-missing' },
  408: { next: 'any', harm: 'endpoint', fault: 'upstream-timeout' },
  409: unavailable.any,
  413: rejected,
  422: rejected,
  429: { next: 'other', harm: 'limited', fault: 'upstream-overloaded' },
  503: { next: 'any', harm: 'endpoint', fault: 'upstream-overloaded' },
  504: { next: 'any', harm: 'endpoint', fault: 'upstream-timeout' },
  529: { next: 'other', harm: 'endpoint', fault: 'upstream-overloaded' },
};

test('only 400, 413 and 422 end at once: every other status goes on, and each tells the caller its own fault', () => {
  for (let status = 100; status < 600; status += 1) {
    const expected = stated[status] ?? (status >= 500 ? unavailable.any : unavailable.other);

    assert.deepEqual(judgeTrouble({ kind: 'status', status, code: 'x' }), { word: `status-${status}`, ...expected });
  }
});

test('a refusal of content is told as such, never tried elsewhere, and hurts nobody', () => {
  for (const code of ['content_filter', 'content_policy_violation', 'moderation_blocked']) {
    for (const status of [400, 403]) {
      const { next, harm, fault } = judgeTrouble({ kind: 'status', status, code });

      assert.deepEqual({ next, harm, fault }, { next: 'stop', harm: 'none', fault: 'content-refused' });
    }
    assert.equal(judgeTrouble({ kind: 'status', status: 500, code }).fault, 'upstream-unavailable');
  }
});

test('an account that may not use one model is well for the others', () => {
  const { next, harm } = judgeTrouble({ kind: 'status', status: 403, code: 'model_not_found' });

  assert.deepEqual({ next, harm }, { next: 'other', harm: 'model-missing' });
});

test('a text that is too long goes on to a larger model alone', () => {
  const { next, harm } = judgeTrouble({ kind: 'status', status: 400, code: 'context_length_exceeded' });

  assert.deepEqual({ next, harm }, { next: 'larger', harm: 'none' });
});

test('an empty account and a used-up rate both answer 429, and are told apart', () => {
  assert.equal(judgeTrouble({ kind: 'status', status: 429, code: 'insufficient_quota' }).harm, 'credential-unpaid');
  assert.equal(judgeTrouble({ kind: 'status', status: 429, code: 'rate_limit_exceeded' }).harm, 'limited');
});

test('an error in a 200 means what its status would have meant, in every dialect', () => {
  const asStatus = {
    overloaded_error: 529,
    RESOURCE_EXHAUSTED: 429,
    rate_limit_exceeded: 429,
    context_length_exceeded: 400,
    UNAVAILABLE: 503,
    authentication_error: 401,
  };
  for (const [code, status] of Object.entries(asStatus)) {
    const { word, ...judged } = judgeTrouble({ kind: 'error-in-200', code });
    const { word: _, ...expected } = judgeTrouble({ kind: 'status', status, code: code.toLowerCase() });

    assert.deepEqual(judged, expected);
    assert.equal(word, `error-in-200-${status}`);
  }
  assert.equal(judgeTrouble({ kind: 'error-in-200', code: 'api_error' }).word, 'error-in-200');
});

test('what broke before a status came goes on elsewhere; silence never at the same endpoint', () => {
  const timeout = { next: 'other', harm: 'endpoint', fault: 'upstream-timeout' };

  for (const kind of ['connect-failed', 'reset'] as const) {
    assert.deepEqual(judgeTrouble({ kind }), { word: kind, ...unavailable.any });
  }
  for (const kind of ['head-timeout', 'content-timeout'] as const) {
    assert.deepEqual(judgeTrouble({ kind }), { word: kind, ...timeout });
  }
});

test('a success that is none goes on, and the record says what it was', () => {
  for (const what of ['html', 'empty', 'not-json', 'cut', 'too-large', 'encoded'] as const) {
    const expected = { word: `fake-success-${what}`, ...unavailable.any };

    assert.deepEqual(judgeTrouble({ kind: 'fake-success', what }), expected);
  }
});
