// What each provider of the quirks table is sent for one and the same request, by its own documentation.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, decoded, encoded } from './ask.ts';

const callId = 'toolu_01AbCdEfGhIjKlMnOpQrStUv';
const call = { id: callId, type: 'function', function: { name: 'look', arguments: '{}' } };

const request = decoded({
  model: 'm',
  max_tokens: 9,
  seed: 3,
  reasoning_effort: 'low',
  messages: [
    { role: 'developer', content: 'Be brief.' },
    asked,
    { role: 'assistant', content: 'Hm.', reasoning: 'A thought.', tool_calls: [call] },
    { role: 'tool', tool_call_id: callId, content: 'found' },
    { role: 'system', content: 'Be late.' },
    asked,
  ],
});

type Sent = {
  readonly limit: 'max_tokens' | 'max_completion_tokens';
  readonly roles: string;
  /** Where the reasoning of the history stands. */
  readonly history: 'reasoning' | 'reasoning_content' | undefined;
  readonly effort: 'reasoning_effort' | 'reasoning' | 'thinking' | undefined;
  readonly seed: 'seed' | 'random_seed' | undefined;
  readonly callId: 'kept' | 'nine letters';
  readonly store: false | undefined;
};

const usual: Sent = {
  limit: 'max_tokens',
  roles: 'system user assistant tool system user',
  history: undefined,
  effort: 'reasoning_effort',
  seed: 'seed',
  callId: 'kept',
  store: undefined,
};
/** A chat template with one system message, at the front: a later one is said by the user. */
const first = 'system user assistant tool user user';

const providers: Readonly<Record<string, Sent>> = {
  openai: {
    ...{ ...usual, limit: 'max_completion_tokens', store: false },
    roles: 'developer user assistant tool system user',
  },
  azure: { ...usual, limit: 'max_completion_tokens', roles: 'developer user assistant tool system user' },
  openrouter: {
    ...{ ...usual, history: 'reasoning', effort: 'reasoning' },
    roles: 'developer user assistant tool system user',
  },
  groq: { ...usual, limit: 'max_completion_tokens', history: 'reasoning' },
  mistral: { ...usual, effort: undefined, seed: 'random_seed', callId: 'nine letters' },
  deepseek: { ...usual, history: 'reasoning_content', effort: 'thinking', seed: undefined },
  xai: { ...usual, limit: 'max_completion_tokens', history: 'reasoning_content' },
  together: usual,
  fireworks: { ...usual, roles: first, history: 'reasoning_content', seed: undefined },
  vllm: { ...usual, roles: first, history: 'reasoning' },
  ollama: { ...usual, history: 'reasoning' },
  'llama.cpp': { ...usual, roles: first, history: 'reasoning_content', effort: undefined },
  'nobody knows it': usual,
};

type Message = {
  readonly role: string;
  readonly reasoning?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly { readonly id: string }[];
};

for (const [provider, expected] of Object.entries(providers)) {
  test(`${provider} is sent what it takes, in its own words`, () => {
    const { body } = encoded(request, provider);
    const messages = body.messages as readonly Message[];
    const assistant = messages.find(({ role }) => role === 'assistant');
    const id = assistant?.tool_calls?.[0]?.id ?? '';
    const oneOf = <Name extends string>(names: readonly Name[], within: object | undefined) =>
      names.find((name) => within !== undefined && Reflect.get(within, name) !== undefined);

    const sent = {
      limit: oneOf(['max_tokens', 'max_completion_tokens'], body),
      roles: messages.map(({ role }) => role).join(' '),
      history: oneOf(['reasoning', 'reasoning_content'], assistant),
      effort: oneOf(['reasoning_effort', 'reasoning', 'thinking'], body),
      seed: oneOf(['seed', 'random_seed'], body),
      callId: id === callId ? 'kept' : /^[a-zA-Z0-9]{9}$/.test(id) ? 'nine letters' : id,
      store: body.store,
    };
    assert.deepEqual(sent, expected);
    // A result is linked to its call, whatever became of the id.
    assert.equal(Reflect.get(messages.find(({ role }) => role === 'tool') ?? {}, 'tool_call_id'), id);
  });
}
