// The privacy policy as data: its sentences are mapped to promises, its changes are judged, and nobody is told too late.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import fc from 'fast-check';
import { comparePolicies, diffWords, isMaterial } from '#core/privacy/policy/compare-policies.ts';
import { composePolicy, fillFields, type PolicyDocument } from '#core/privacy/policy/compose-policy.ts';
import { policyRevisions } from '#core/privacy/policy/policy-revisions.ts';
import {
  decidePolicy,
  type PolicyAsk,
  type PublishedPolicy,
  policyInForce,
} from '#core/privacy/policy/published-policy.ts';
import { promises } from '#core/privacy/promises/promises.ts';
import { canonicalJson } from '#core/trust/canonical-json.ts';
import { sha256 } from '#store/sha256.ts';

const hashOf = (document: PolicyDocument) => Buffer.from(sha256(canonicalJson(document))).toString('hex');
const strict = composePolicy('strict', { usageDays: 90 });

test('every promise of the two policies is made by a sentence of the profile that follows it, and strict makes all', () => {
  const made = (document: PolicyDocument) =>
    new Set(document.sections.flatMap(({ sentences }) => sentences.flatMap((sentence) => sentence.promises)));
  const ids = promises.map(({ id }) => id);

  assert.deepEqual(
    ids.filter((id) => !made(strict).has(id)),
    [],
  );
  assert.deepEqual(
    ids.filter((id) => id.startsWith('J') && !made(composePolicy('jatevo', { usageDays: 90 })).has(id)),
    [],
  );
  assert.deepEqual(
    ids.filter((id) => id.startsWith('V') && !made(composePolicy('1vy', { usageDays: 90 })).has(id)),
    [],
  );
  for (const id of made(strict)) assert.ok(ids.includes(id), id);
});

test('each sentence has an id of its own, a promise, and no gap that nobody fills', () => {
  const sentences = strict.sections.flatMap((section) => section.sentences);
  assert.equal(new Set(sentences.map(({ id }) => id)).size, sentences.length);
  for (const { id, text, promises: made } of sentences) {
    assert.ok(made.length > 0, id);
    const filled = fillFields(text, { operator: 'O', contact: 'C', jurisdiction: 'J' });
    assert.doesNotMatch(filled, /[{}]/, id);
  }
});

test('who changes the words, or what they lean on, adds a revision and says whether it matters', () => {
  const last = policyRevisions.at(-1);
  assert.equal(
    last?.hash,
    hashOf(strict),
    'The policy is not the one that the last revision was written for: add a row to policy-revisions.ts.',
  );
  assert.deepEqual(
    policyRevisions.map(({ revision }) => revision),
    policyRevisions.map((_, index) => index + 1),
  );
});

test('a new kind of data, purpose or retention, a longer time or a lost promise is material; other words are not', () => {
  const { facts } = strict;
  const numbers = { ...facts.numbers };
  const material: readonly PolicyDocument[] = [
    { ...strict, facts: { ...facts, categories: [...facts.categories, 'health'] } },
    { ...strict, facts: { ...facts, purposes: [...facts.purposes, 'advertise'] } },
    { ...strict, facts: { ...facts, retentions: [...facts.retentions, 'usage: for ever'] } },
    { ...strict, facts: { ...facts, numbers: { ...numbers, usage_days: 120 } } },
    { ...strict, facts: { ...facts, numbers: { ...numbers, notice_days: 5 } } },
    { ...strict, sections: strict.sections.slice(1) },
  ];
  for (const changed of material) assert.ok(isMaterial(comparePolicies(strict, changed)));
  const [first, ...others] = strict.sections;
  const reworded = first && {
    ...first,
    sentences: first.sentences.map((each) => ({ ...each, text: `${each.text} Indeed.` })),
  };
  const harmless: readonly PolicyDocument[] = [
    { ...strict, facts: { ...facts, numbers: { ...numbers, usage_days: 30 } } },
    { ...strict, sections: reworded ? [reworded, ...others] : [] },
  ];
  for (const changed of harmless) {
    assert.ok(comparePolicies(strict, changed).length > 0);
    assert.ok(!isMaterial(comparePolicies(strict, changed)));
  }
});

test('a diff by words gives both texts back, whatever they are', () => {
  const words = fc.array(fc.constantFrom('we', 'keep', 'nothing', 'for', '90', 'days'), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(words, words, (a, b) => {
      const runs = diffWords(a.join(' '), b.join(' '));
      const without = (kind: string) =>
        runs
          .filter((run) => run.kind !== kind)
          .map(({ text }) => text)
          .join(' ');
      assert.equal(without('added'), a.join(' '));
      assert.equal(without('removed'), b.join(' '));
    }),
  );
});

test('the first version holds at once; the same one is no news; a material one waits for its notice or stops the start', () => {
  const ask = (document: PolicyDocument, over: Partial<PolicyAsk> = {}): PolicyAsk => ({
    ...{ published: [], document, hash: hashOf(document), revision: 1, materialByHand: false },
    ...{ effective: undefined, today: '2026-12-01', ...over },
  });
  const first = decidePolicy(ask(composePolicy('strict', { usageDays: 30 })));
  assert.ok(first.kind === 'publish');
  assert.deepEqual([first.policy.version, first.policy.effective], [1, '2026-12-01']);
  const published: readonly PublishedPolicy[] = [first.policy];
  assert.equal(decidePolicy(ask(first.policy.document, { published })).kind, 'as-published');

  const longer = composePolicy('strict', { usageDays: 90 });
  const refused = decidePolicy(ask(longer, { published }));
  assert.ok(refused.kind === 'refuse');
  assert.equal(refused.earliest, '2026-12-31');
  assert.equal(decidePolicy(ask(longer, { published, effective: '2026-12-30' })).kind, 'refuse');
  const second = decidePolicy(ask(longer, { published, effective: '2026-12-31' }));
  assert.ok(second.kind === 'publish' && second.policy.material);

  const both = [first.policy, second.policy];
  assert.equal(policyInForce(both, '2026-12-30')?.document.facts.numbers.usage_days, 30);
  assert.equal(policyInForce(both, '2026-12-31')?.document.facts.numbers.usage_days, 90);
  const shorter = decidePolicy(ask(composePolicy('strict', { usageDays: 7 }), { published }));
  assert.ok(shorter.kind === 'publish' && !shorter.policy.material);
  const byHand = decidePolicy(ask(composePolicy('strict', { usageDays: 7 }), { published, materialByHand: true }));
  assert.ok(byHand.kind === 'publish' && byHand.policy.effective === '2026-12-31', 'a release starts, and waits');
});
