// No byte goes to a provider but through the one filter: who calls them is listed, and what they call can come from nowhere
// else.
import assert from 'node:assert/strict';
import test from 'node:test';
import { type EligibleEndpoint, eligible, plainAsk } from '#core/routing/eligible.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import { endpointOf } from '../properties/endpoint-of.ts';
import { readSources } from './source-files.ts';

const product = readSources(['src']);
const where = (pattern: RegExp) => product.filter(({ bare }) => pattern.test(bare)).map(({ path }) => path);

test('the filter alone makes an endpoint that may be called', () => {
  const endpoint: Endpoint = endpointOf('a');
  // @ts-expect-error An endpoint that nobody judged is none that may be called.
  const _unjudged: EligibleEndpoint = endpoint;

  assert.equal(eligible(endpoint, plainAsk('openai-chat', 0)), endpoint);
  assert.equal(eligible(endpointOf('b', { enabled: false }), plainAsk('openai-chat', 0)), 'disabled');
  assert.deepEqual(where(/\bas (?:unknown as )?EligibleEndpoint\b|(?<!\w)<EligibleEndpoint>/), [
    'src/core/routing/eligible.ts',
  ]);
});

test('providers are called in five places, each with an endpoint that passed', () => {
  assert.deepEqual(where(/\bproviders\s*\??\.\s*call\(/), [
    'src/gateway/attempt/start-attempt.ts',
    'src/gateway/kept/ask-kept.ts',
    'src/gateway/kept/read-kept.ts',
    'src/gateway/kept/send-file.ts',
    'src/gateway/models/count-tokens.ts',
  ]);
  // Under no other name either: it is made once, and told how to close once.
  assert.deepEqual(where(/\bnew Providers\(/), ['src/gateway/open-gateway.ts']);
  const others = product.filter(
    ({ path, imports }) =>
      path.startsWith('src/gateway/') &&
      imports.some(({ specifier, typeOnly }) => specifier === '#outgoing/providers/providers.ts' && !typeOnly),
  );
  assert.deepEqual(
    others.map(({ path }) => path),
    ['src/gateway/open-gateway.ts'],
  );
});

test('sockets to providers are opened in their own folder alone', () => {
  const openers = where(/\.dispatch\(|\bnew Pool\(|\bnew HttpClient\(|\btls\.connect\(/).filter(
    (path) => !path.startsWith('src/outgoing/'),
  );

  assert.deepEqual(openers, []);
});
