import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { geminiGenerate } from '#core/protocol/gemini-generate/gemini-generate.ts';
import { JsonArrayFraming } from '#core/protocol/gemini-generate/json-array.ts';
import { openState } from '#core/protocol/sealed-state.ts';
import { chunksOf, encodeEvents, readStream, replyAbout, saidIn, shown } from './gemini.ts';
import { neutralStreams } from './neutral-events.ts';

/** What the events of one choice say, added up without the encoder. */
function meant(events: readonly GenerationEvent[], choice: number) {
  const said = { text: '', thought: '', calls: [] as [string, string][], states: [] as unknown[] };
  const inputs = new Map<number, [string, string]>();
  for (const event of events) {
    if (!('choice' in event) || event.choice !== choice) continue;
    if (event.kind === 'text-delta' || event.kind === 'refusal-delta') said.text += event.text.revealText('translate');
    if (event.kind === 'reasoning-delta') said.thought += event.text.revealText('translate');
    if (event.kind === 'state') said.states.push(shown(event.state));
    if (event.kind === 'tool-call-start') {
      const call: [string, string] = [event.name.revealText('translate'), event.form === 'custom' ? 'free:' : ''];
      inputs.set(event.call, call);
      said.calls.push(call);
      if (event.state) said.states.push(shown(event.state));
    }
    const call = event.kind === 'tool-call-delta' ? inputs.get(event.call) : undefined;
    if (call && event.kind === 'tool-call-delta') call[1] += event.input.revealText('translate');
  }
  return said;
}

function argsOf(input: string): unknown {
  if (input.startsWith('free:')) return { input: input.slice(5) };
  try {
    const value: unknown = input === '' ? {} : JSON.parse(input);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { input };
  } catch {
    return { input };
  }
}

test('the proof of a thought goes out on its last words, not on an empty part', () => {
  const proof = { family: 'anthropic', kind: 'signature', value: Content.ofText('cHJvb2Y=') } as const;
  const thought = (words: string) =>
    ({ kind: 'reasoning-delta', choice: 0, text: Content.ofText(words), isSummary: false }) as const;
  const chunks = chunksOf(
    encodeEvents([thought('Let me'), thought(' see.'), { kind: 'state', choice: 0, state: proof }]),
  );

  const parts = chunks.flatMap(({ candidates }) => candidates[0].content.parts);
  assert.deepEqual(
    parts.map(({ text, thoughtSignature }) => [text, thoughtSignature !== undefined]),
    [
      ['Let me', false],
      [' see.', true],
      ['', false],
    ],
  );
});

test('a thought that waits for its proof is not lost when the stream fails', () => {
  const encoder = geminiGenerate.openEncoder(replyAbout);
  const text = Content.ofText('Hm.');

  const first = encoder.encode({ kind: 'reasoning-delta', choice: 0, text, isSummary: false });
  const last = encoder.fault(new Fault('stream-cut'));

  assert.equal(first, '');
  assert.equal(chunksOf(last)[0].candidates[0].content.parts[0].text, 'Hm.');
});

test('any neutral stream becomes chunks that say the same, each candidate ending once, in the last chunk', () => {
  const property = fc.property(neutralStreams, (events) => {
    const sse = encodeEvents(events);
    assert.match(sse, /^(?:data: [^\n]+\n\n)+$/);
    const chunks = chunksOf(sse);
    const said = saidIn(chunks);
    for (const choice of [0, 1]) {
      const want = meant(events, choice);
      const got = said[choice];
      assert.equal(got?.text, want.text);
      assert.equal(got.thought, want.thought);
      assert.deepEqual(
        got.calls,
        want.calls.map(([name, input]) => [name, argsOf(input)]),
      );
      const states = got.signatures.map((text) => shown(openState(text, { family: 'google', kind: 'signature' })));
      // A raw signature of Google's own has one kind; calls wait for their end, other state does not.
      const plain = (state: unknown) =>
        JSON.stringify(state).replace(/("family":"google","kind":)"\w+"/, '$1"signature"');
      assert.deepEqual(states.map(plain).toSorted(), want.states.map(plain).toSorted());
      assert.equal(got.finish.length, 1);
    }
    const last = chunks.at(-1);
    assert.equal(last.candidates.length, 2);
    assert.ok(chunks.every((chunk) => chunk.modelVersion === 'public/gemini' && chunk.responseId.length === 26));
    assert.ok(chunks.slice(0, -1).every((chunk) => chunk.usageMetadata === undefined));
    const usage = last.usageMetadata;
    const sum = usage.promptTokenCount + usage.candidatesTokenCount + (usage.thoughtsTokenCount ?? 0);
    assert.equal(usage.totalTokenCount, sum);
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('what is encoded is decoded to the same again, and framed as a list to the same objects', () => {
  const property = fc.property(neutralStreams, (events) => {
    const sse = encodeEvents(events);
    const read = readStream([Buffer.from(sse)]);
    assert.ok(read.facts.every(({ error }) => error === undefined));
    for (const choice of [0, 1]) {
      const want = meant(events, choice);
      const got = meant(read.events, choice);
      assert.equal(got.text, want.text);
      assert.equal(got.thought, want.thought);
      assert.deepEqual(
        got.calls.map(([name, input]) => [name, JSON.parse(input)]),
        want.calls.map(([name, input]) => [name, argsOf(input)]),
      );
    }
    const framing = new JsonArrayFraming();
    assert.deepEqual(JSON.parse(framing.write(sse) + framing.end()), chunksOf(sse));
  });
  fc.assert(property, { numRuns: 500 });
});
