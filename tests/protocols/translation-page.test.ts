import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { features } from '../conformance/features.ts';
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

test('no encoder fails on any feature but by a fault', () => {
  for (const protocol of protocols.values()) {
    for (const feature of features) assert.match(outcomeOf(protocol, feature), /^(carried|left out: |refused)/);
  }
});
