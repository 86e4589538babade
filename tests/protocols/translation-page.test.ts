import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { askOf, newerModelOf } from '../conformance/ask.ts';
import { features, plainRequest } from '../conformance/features.ts';
import { loadProtocols } from '../conformance/load-protocols.ts';
import { outcomeOf, renderTranslationPage } from '../conformance/translation-page.ts';
import { repository } from '../support/run-result.ts';

const { protocols, missing } = await loadProtocols();

test('every protocol can be loaded', () => {
  assert.deepEqual([...missing], []);
});

test('the page about translation is what the encoders do; else run node tests/conformance/write-matrix.ts', () => {
  const page = readFileSync(join(repository, 'docs/reference/translation.md'), 'utf8');
  assert.equal(page, renderTranslationPage(protocols));
});

test('what is said to be carried changes what an upstream is told', () => {
  // To ask for no reasoning is what some dialects say by not asking for any; a cache may be kept unasked.
  const unsaid = ['none', 'cache all that may be'];
  const silent = [...protocols.values()].flatMap((protocol) => {
    const ask = askOf(protocol.name, { model: newerModelOf(protocol.name) });
    const plain = protocol.encodeRequest(plainRequest, ask).body;
    return features
      .filter(({ name }) => !unsaid.includes(name))
      .filter((feature) => outcomeOf(protocol, feature) === 'carried')
      .filter(({ request }) => protocol.encodeRequest(request, ask).body === plain)
      .map(({ name }) => `${protocol.name}: ${name}`);
  });
  assert.deepEqual(silent, []);
});

test('no encoder fails on any feature but by a fault', () => {
  for (const protocol of protocols.values()) {
    for (const feature of features) assert.match(outcomeOf(protocol, feature), /^(carried|left out: |refused)/);
  }
});
