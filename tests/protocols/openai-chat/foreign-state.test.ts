// Proof of reasoning survives a caller who speaks chat, whichever way that caller keeps its history.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import { fieldOf, listOf, textOf } from '#core/protocol/json-value.ts';
import { openaiChat } from '#core/protocol/openai-chat/openai-chat.ts';
import { asked, askOf, decoded, encoded } from './ask.ts';
import { plain } from './plain.ts';

const text = (words: string) => Content.ofText(words);
const signature: OpaqueState = { family: 'anthropic', kind: 'signature', value: text('c2lnbmVk') };
const redacted: OpaqueState = { family: 'anthropic', kind: 'redacted', value: text('cmVkYWN0ZWQ=') };
const thought: OpaqueState = { family: 'google', kind: 'signature', value: text('dGhvdWdodA==') };

const claude: readonly AssistantPart[] = [
  { kind: 'reasoning', text: text('Let me see.'), isSummary: false, state: signature },
  { kind: 'reasoning', text: text(''), isSummary: false, state: redacted },
  { kind: 'text', text: text('Looking.') },
  { kind: 'tool-call', id: text('toolu_1'), name: text('look'), form: 'function', input: text('{"at":1}') },
];
const gemini: readonly AssistantPart[] = [
  { kind: 'text', text: text('Looking.'), state: thought },
  { kind: 'tool-call', id: text('c1'), name: text('look'), form: 'function', input: text('{"at":1}'), state: thought },
];

const about = {
  request: decoded({ model: 'own/m', messages: [asked] }),
  generation: 'gen-0123456789abcdefghijklmnop',
  createdAt: 1,
  wantsUsage: false,
};

function wholeMessage(parts: readonly AssistantPart[]): unknown {
  const reply = { model: undefined, choices: [{ index: 0, parts, finish: 'tool-calls' as const }], usage: undefined };
  const body: unknown = JSON.parse(openaiChat.encodeReply(reply, about));
  return fieldOf(listOf(fieldOf(body, 'choices'))[0], 'message');
}

/** What a program makes of a stream that joins texts and puts lists one behind the other. */
function streamedMessage(parts: readonly AssistantPart[]): Record<string, unknown> {
  const encoder = openaiChat.openEncoder(about);
  const written = eventsOf(parts).map((event) => encoder.encode(event));
  const message: Record<string, unknown> = { role: 'assistant', content: '', reasoning_content: '' };
  const details: unknown[] = [];
  const calls: { function: { arguments: string } }[] = [];
  for (const line of written.join('').split('\n\n').slice(0, -1)) {
    const delta = fieldOf(listOf(fieldOf(JSON.parse(line.slice(6)), 'choices'))[0], 'delta');
    for (const name of ['content', 'reasoning_content']) message[name] += textOf(fieldOf(delta, name)) ?? '';
    details.push(...listOf(fieldOf(delta, 'reasoning_details')));
    for (const call of listOf(fieldOf(delta, 'tool_calls'))) {
      if (fieldOf(call, 'id')) calls.push(JSON.parse(JSON.stringify(call)));
      else {
        const last = calls.at(-1);
        if (last) last.function.arguments += textOf(fieldOf(fieldOf(call, 'function'), 'arguments')) ?? '';
      }
    }
  }
  return { ...message, reasoning_details: details, tool_calls: calls };
}

function eventsOf(parts: readonly AssistantPart[]): readonly GenerationEvent[] {
  const choice = 0;
  const events = parts.flatMap((part): readonly GenerationEvent[] => {
    const state: GenerationEvent[] =
      'state' in part && part.state ? [{ kind: 'state', choice, state: part.state }] : [];
    switch (part.kind) {
      case 'text':
        return [{ kind: 'text-delta', choice, text: part.text }, ...state, { kind: 'part-end', choice }];
      case 'reasoning': {
        const said: GenerationEvent[] = part.text.byteLength > 0 ? [{ ...part, kind: 'reasoning-delta', choice }] : [];
        return [...said, ...state, { kind: 'part-end', choice }];
      }
      case 'tool-call':
        return [
          { ...part, kind: 'tool-call-start', choice, call: 0, state: part.state },
          { kind: 'tool-call-delta', choice, call: 0, input: part.input },
        ];
      default:
        return [];
    }
  });
  return [{ kind: 'start', model: undefined }, ...events, { kind: 'finish', choice, reason: 'tool-calls' }];
}

function partsOf(message: unknown): unknown {
  const request = decoded({ model: 'm', messages: [asked, message] });
  const [, assistant] = request.messages;
  assert.ok(assistant?.role === 'assistant');
  return plain(assistant.parts);
}

for (const [family, parts] of [
  ['Claude', claude],
  ['Gemini', gemini],
] as const) {
  test(`what ${family} proved comes back from a caller who returns the message`, () => {
    assert.deepEqual(partsOf(wholeMessage(parts)), plain(parts));
  });

  test(`what ${family} proved comes back from a caller who joins the stream`, () => {
    assert.deepEqual(partsOf(streamedMessage(parts)), plain(parts));
  });
}

test('it comes back from a caller who keeps only the details', () => {
  const { reasoning_content: _told, ...message } = streamedMessage(claude);

  assert.deepEqual(partsOf(message), plain(claude));
});

test('to another chat upstream the wrapped state does not go, and all other bytes do', () => {
  const before = `{"model":"up","max_tokens":9, "store":false,"messages":[{"role":"user","content":"é"},`;
  const whole = JSON.stringify(wholeMessage(claude));
  const signed = JSON.stringify(wholeMessage(gemini));
  const mixed = `{ "reasoning_details" : [ {"a":1} , ${JSON.stringify(fieldOf(listOf(fieldOf(wholeMessage(claude), 'reasoning_details')), '0'))} ], "x":[1.0] }`;
  const body = Buffer.from(`${before}${whole},${signed},${mixed}] }`);

  const facts = openaiChat.readRequest(body, { model: undefined, stream: undefined });
  const { bytes, splices } = openaiChat.spliceRequest(body, facts, askOf('somebody'));

  const left = Buffer.from(bytes).toString();
  assert.deepEqual(splices, ['foreign_state']);
  assert.ok(left.startsWith(before));
  assert.ok(left.endsWith('{ "reasoning_details" : [ {"a":1} ], "x":[1.0] }] }'));
  const sent = listOf(fieldOf(JSON.parse(left), 'messages'));
  const { reasoning_details: _details, ...claudeLeft } = JSON.parse(whole);
  assert.deepEqual(sent[1], claudeLeft);
  const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } };
  assert.deepEqual(fieldOf(sent[2], 'tool_calls'), [call]);
});

test('a translated history names what an upstream of another family cannot be shown', () => {
  const history = [asked, wholeMessage(claude), { role: 'tool', tool_call_id: 'toolu_1', content: 'x' }];

  const { body, dropped } = encoded(decoded({ model: 'm', messages: history }), 'openai');

  assert.ok(!JSON.stringify(body).includes('c2lnbmVk'));
  assert.deepEqual(dropped, ['reasoning_state', 'reasoning']);
});
