// OpenRouter's callers keep `reasoning_details` alone: a whole answer and a joined stream must hold all of it there, once.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { fieldOf, isObject, type JsonObject, listOf } from '#core/protocol/json-value.ts';
import { routerChat } from '#core/protocol/openrouter/router-chat.ts';
import { asked, decoded } from '../openai-chat/ask.ts';

const text = (words: string) => Content.ofText(words);
const about = {
  request: decoded({ model: 'own/m', messages: [asked], reasoning: { effort: 'low' } }),
  generation: 'gen-0123456789abcdefghijklmnop',
  createdAt: 1,
  wantsUsage: false,
};
const call = { id: text('c1'), name: text('look'), form: 'function' } as const;
const told = 'Let me see.';

function stateOf(family: OpaqueState['family'], kind: OpaqueState['kind'] = 'signature'): OpaqueState {
  return { family, kind, value: text('cHJvb2Y=') };
}

type Thought = { readonly isSummary: boolean; readonly proof: OpaqueState; readonly callProof?: OpaqueState };

/** As the SDKs do: entries that follow one another under one index are one, and later members add to it. */
function streamed({ isSummary, proof, callProof }: Thought): unknown {
  const place = { choice: 0 } as const;
  const events: GenerationEvent[] = [
    { kind: 'start', model: undefined },
    { kind: 'reasoning-delta', ...place, text: text('Let me'), isSummary },
    { kind: 'reasoning-delta', ...place, text: text(' see.'), isSummary },
    { kind: 'state', ...place, state: proof },
    { kind: 'part-end', ...place },
    { kind: 'tool-call-start', ...place, call: 0, ...call, state: callProof },
    { kind: 'tool-call-end', ...place, call: 0 },
    { kind: 'finish', ...place, reason: 'tool-calls' },
  ];
  const encoder = routerChat.openEncoder(about);
  const joined: Record<string, unknown>[] = [];
  for (const line of events
    .map((event) => encoder.encode(event))
    .join('')
    .split('\n\n')
    .slice(0, -1)) {
    const delta = fieldOf(listOf(fieldOf(JSON.parse(line.slice(6)), 'choices'))[0], 'delta');
    for (const entry of listOf(fieldOf(delta, 'reasoning_details')).filter(isObject)) join(joined, entry);
  }
  return joined;
}

function join(joined: Record<string, unknown>[], entry: JsonObject): void {
  const last = joined.at(-1);
  if (last === undefined || last.type !== entry.type || last.index !== entry.index) {
    joined.push({ ...entry });
    return;
  }
  for (const name of ['text', 'summary']) if (name in entry) last[name] = `${last[name] ?? ''}${entry[name]}`;
  for (const name of ['signature', 'format']) if (name in entry) last[name] = entry[name];
}

function whole({ isSummary, proof, callProof }: Thought): unknown {
  const parts: AssistantPart[] = [
    { kind: 'reasoning', text: text(told), isSummary, state: proof },
    { kind: 'tool-call', ...call, input: text('{}'), state: callProof },
  ];
  const choices = [{ index: 0, parts, finish: 'tool-calls' as const }];
  const reply = JSON.parse(routerChat.encodeReply({ model: undefined, choices, usage: undefined }, about));
  return reply.choices[0].message.reasoning_details;
}

/** The assistant's parts when these details alone come back. */
function returned(details: unknown) {
  const tool_calls = [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }];
  const message = { role: 'assistant', content: null, reasoning_details: details, tool_calls };
  const body = Buffer.from(JSON.stringify({ model: 'm', messages: [asked, message] }));
  const { messages } = routerChat.decodeRequest(body, { model: undefined, stream: undefined });
  const parts = messages[1]?.role === 'assistant' ? messages[1].parts : [];
  return parts.map((part) => {
    const state = 'state' in part ? part.state : undefined;
    const words = part.kind === 'reasoning' ? part.text.revealText('translate') : '';
    return [part.kind, words, state?.family, state?.value.revealText('translate')];
  });
}

const thoughts: readonly (readonly [name: string, thought: Thought, callFamily: string | undefined])[] = [
  ['a signed thought', { isSummary: false, proof: stateOf('anthropic') }, undefined],
  ['a summary with its sealed reasoning', { isSummary: true, proof: stateOf('openai', 'encrypted') }, undefined],
  [
    'a thought of Gemini and the proof of its call',
    { isSummary: true, proof: stateOf('google'), callProof: stateOf('google') },
    'google',
  ],
];

for (const [name, thought, callFamily] of thoughts) {
  test(`${name} comes back from the details alone, streamed or whole, and its words stand there once`, () => {
    for (const details of [streamed(thought), whole(thought)]) {
      assert.deepEqual(returned(details), [
        ['reasoning', told, thought.proof.family, 'cHJvb2Y='],
        ['tool-call', '', callFamily, callFamily && 'cHJvb2Y='],
      ]);
    }
  });
}

test('reasoning that nobody proves stands in the details too', () => {
  const encoder = routerChat.openEncoder(about);
  const written = encoder.encode({ kind: 'reasoning-delta', choice: 0, text: text('Hm.'), isSummary: false });

  const [, chunk = ''] = written.split('\n\n');
  assert.deepEqual(JSON.parse(chunk.slice(6)).choices[0].delta, {
    reasoning_content: 'Hm.',
    reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', format: 'unknown', index: 0 }],
  });
});
