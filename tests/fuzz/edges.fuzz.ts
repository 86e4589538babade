import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { Content } from '#core/generation/content.ts';
import { stateFamilies } from '#core/generation/opaque-state.ts';
import { JsonArrayFraming } from '#core/protocol/gemini-generate/json-array.ts';
import { extraFields, readExtras } from '#core/protocol/openrouter/extras.ts';
import { protocolOf } from '#core/protocol/protocols.ts';
import { openState, sealState } from '#core/protocol/sealed-state.ts';
import { SseSplitter } from '#core/protocol/sse.ts';
import { cutAt } from '../properties/sse-oracle.ts';
import { changeEvents, changeJson } from './change-json.ts';
import { readCorpus } from './corpus.ts';
import { runTarget, seed } from './run-target.ts';

// The small things that touch bytes beside the protocols.

test('a Gemini list is whole JSON and has every event that is an object, whatever comes in whatever pieces', () => {
  const { streams: corpus } = readCorpus(protocolOf('gemini-generate'), seed);
  const frame = (input: Buffer) => {
    const framing = new JsonArrayFraming();
    return framing.write(input) + framing.end();
  };
  const judge = (input: Buffer, random: () => number) => {
    const framing = new JsonArrayFraming();
    const pieces = cutAt(input, Array.from({ length: random() * 12 }, random));
    const written = pieces.map((piece) => framing.write(piece)).join('') + framing.end();

    assert.equal(written, frame(input), 'pieces change the list');
    assert.deepEqual(JSON.parse(written), objectsOf(input));
  };
  runTarget('Gemini list', { corpus, change: changeEvents, work: frame, judge }, 0.35);
});

test("OpenRouter's extras are taken out, nothing else is, and what is left is JSON", () => {
  const { requests } = readCorpus(protocolOf('openai-chat'), seed);
  const corpus = [...requests, ...requests.slice(0, 100).map(withExtras)];
  const judge = (input: Buffer) => {
    const extras = readExtras(input);
    if (!extras) return;
    const before = Object.entries(JSON.parse(textOf(input)));
    const kept = before.filter(([name]) => !extraFields.some((extra) => extra === name));
    // A list of models alone names the first of them.
    const [first] = before.some(([name]) => name === 'model') ? [] : extras.models;
    const named = first === undefined ? [] : [['model', first]];

    // As objects first, because names that are numbers stand first in them.
    const inOrder = (entries: readonly (readonly unknown[])[]) => Object.entries(Object.fromEntries(entries));
    assert.deepEqual(Object.entries(JSON.parse(textOf(extras.body))), inOrder([...named, ...kept]));
    assert.deepEqual(Object.entries(JSON.parse(textOf(extras.whole))), inOrder([...named, ...before]));
    assert.ok(extras.models.length <= 20 && extras.models.every((model) => typeof model === 'string'));
  };
  runTarget('extras', { corpus, change: changeJson, work: readExtras, judge }, 0.35);
});

test('sealed state comes back as it was, and what only looks like it breaks nothing', () => {
  const seals = stateFamilies.flatMap((family) =>
    (['signature', 'redacted', 'encrypted'] as const).map((kind) =>
      Buffer.from(sealState({ family, kind, value: Content.ofText('EqQBCgIYAhIM/+é') }, 'other')),
    ),
  );
  const work = (input: Buffer) => openState(input.toString(), { family: 'openai', kind: 'encrypted' });
  const judge = (input: Buffer) => {
    const value = input.toString();
    for (const own of stateFamilies) {
      const opened = openState(value, { family: own, kind: 'signature' });
      const sealed = sealState({ family: own, kind: 'signature', value: Content.ofText(value) }, 'google');
      const back = openState(sealed, { family: 'google', kind: 'signature' });

      assert.deepEqual([back.family, back.value.revealText('translate')], [own, value]);
      const again = openState(sealState(opened, own), { family: own, kind: opened.kind });
      assert.deepEqual(
        [again.family, again.value.revealText('translate')],
        [opened.family, opened.value.revealText('translate')],
      );
    }
  };
  runTarget('sealed state', { corpus: seals, work, judge }, 0.3);
});

/** Callers may begin with a byte order mark. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The data of each event that is a JSON object; deeper ones than replies are none, and would hurt the parser. */
function objectsOf(input: Buffer): readonly unknown[] {
  return new SseSplitter().push(input).events.flatMap(({ data }) => {
    try {
      const text = new TextDecoder('utf8', { fatal: true }).decode(data ?? new Uint8Array());
      const value: unknown = depthOf(text) > 256 ? undefined : JSON.parse(text);
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

/** As deep as brackets outside of texts go. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const bracket of text.replace(/"(?:[^"\\]|\\.)*"/g, '').replace(/[^[\]{}]/g, '')) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function withExtras(body: Buffer, index: number): Buffer {
  const extras = {
    models: ['a/b', 'c/d'],
    provider: { sort: 'price' },
    plugins: [{ id: 'web' }],
    usage: { include: true },
  };
  const value = JSON.parse(body.toString());
  return Buffer.from(
    JSON.stringify(index % 2 === 0 ? { ...value, ...extras } : { ...extras, ...value, route: 'fallback' }),
  );
}
