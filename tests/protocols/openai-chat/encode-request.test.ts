import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Content } from '#core/generation/content.ts';
import { knownProviders, quirksOf } from '#core/protocol/openai-chat/quirks.ts';
import { asked, decoded, encoded } from './ask.ts';

const tool = { type: 'function', function: { name: 'look', parameters: { type: 'object' }, strict: true } };
const call = { id: 'toolu_01AbCdEfGhIjKlMnOpQrStUv', type: 'function', function: { name: 'look', arguments: '{}' } };

test('a request that comes from chat goes back to chat unchanged', () => {
  const request = {
    messages: [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
        name: 'ann',
      },
      { role: 'assistant', content: 'Looking.', tool_calls: [{ ...call, id: 'call_1' }] },
      { role: 'tool', tool_call_id: 'call_1', content: 'found' },
      { role: 'assistant', content: null, refusal: 'No.' },
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: 'https://example.org/a.png', detail: 'high' } }],
      },
    ],
    tools: [tool, { type: 'custom', custom: { name: 'patch', format: { type: 'text' } } }],
    tool_choice: { type: 'custom', custom: { name: 'patch' } },
    parallel_tool_calls: false,
    response_format: { type: 'json_object' },
    reasoning_effort: 'minimal',
    temperature: 1,
    stop: ['END'],
    seed: 3,
    logprobs: true,
    top_logprobs: 2,
    n: 2,
    service_tier: 'flex',
    verbosity: 'low',
    prediction: { type: 'content', content: 'x' },
  };

  const { body, dropped } = encoded(decoded({ model: 'own/m', max_tokens: 9, stream: true, ...request }), 'openai');

  assert.deepEqual(body, {
    model: 'up',
    ...request,
    max_completion_tokens: 9,
    store: false,
    stream: true,
    stream_options: { include_usage: true },
  });
  assert.deepEqual(dropped, []);
});

test('an unknown provider gets what everybody takes, and what is left out is named', () => {
  const request = decoded({
    model: 'm',
    messages: [{ role: 'developer', content: 'Be brief.' }, asked],
    top_k: 40,
    min_p: 0,
    verbosity: 'low',
    service_tier: 'flex',
    metadata: { a: 'b' },
    user: 'ann',
    stop: ['1', '2', '3', '4', '5'],
    prediction: { type: 'content', content: 'x' },
  });

  const { body, dropped } = encoded(request, 'somebody');

  assert.deepEqual(body, {
    model: 'up',
    messages: [{ role: 'system', content: 'Be brief.' }, asked],
    stop: ['1', '2', '3', '4'],
    max_tokens: 4096,
    user: 'pseudonym-3',
  });
  assert.deepEqual([...dropped].sort(), ['metadata', 'prediction', 'service_tier', 'stop', 'top_k', 'verbosity']);
});

test('an id that a provider refuses is changed alike for the call and its result', () => {
  const history = [
    asked,
    { role: 'assistant', content: '', tool_calls: [call] },
    { role: 'tool', tool_call_id: call.id, content: 'x' },
  ];

  const { body } = encoded(decoded({ model: 'm', messages: history }), 'mistral');
  const again = encoded(decoded({ model: 'm', messages: history }), 'mistral');

  const [, assistant, result] = body.messages as { tool_calls?: { id: string }[]; tool_call_id?: string }[];
  assert.match(result?.tool_call_id ?? '', /^[a-zA-Z0-9]{9}$/);
  assert.equal(assistant?.tool_calls?.[0]?.id, result?.tool_call_id);
  assert.deepEqual(again.body, body);
});

test('names that are refused become others, each its own, and the caller’s can be told again', () => {
  const named = (name: string) => ({ type: 'function', function: { name } });
  const tools = [named('a.b'), named('a_b'), named('a/b'), named('x'.repeat(90)), named(`${'x'.repeat(90)}y`)];

  const { body, toolNames } = encoded(decoded({ model: 'm', messages: [asked], tools }), 'openai');

  const names = (body.tools as { function: { name: string } }[]).map((each) => each.function.name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-zA-Z0-9_-]{1,64}$/);
  const given = new Map(toolNames);
  assert.deepEqual(
    names.map((name) => given.get(name) ?? name),
    tools.map((each) => each.function.name),
  );
});

test('a call without a result gets one, and a result without a call is told by the user', () => {
  const { body, dropped } = encoded(
    decoded({
      model: 'm',
      messages: [
        asked,
        { role: 'assistant', tool_calls: [call] },
        asked,
        { role: 'tool', tool_call_id: 'lost', content: 'x' },
      ],
    }),
    'openai',
  );

  assert.deepEqual((body.messages as object[]).slice(2), [
    { role: 'tool', tool_call_id: call.id, content: 'no result was given' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'The result of a tool:' },
        { type: 'text', text: 'x' },
      ],
    },
    asked,
  ]);
  assert.deepEqual(dropped, ['unknown_part']);
});

test('what a tool showed stands in the next words of the user', () => {
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO' } };
  const { body, dropped } = encoded(
    decoded({
      model: 'm',
      messages: [
        asked,
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: call.id, content: [{ type: 'text', text: 'see' }, image] },
        asked,
      ],
    }),
    'openai',
  );

  assert.deepEqual((body.messages as object[]).slice(2), [
    { role: 'tool', tool_call_id: call.id, content: 'see' },
    {
      role: 'user',
      content: [
        { type: 'text', text: `What the tool gave for call ${call.id}:` },
        image,
        { type: 'text', text: 'Hello' },
      ],
    },
  ]);
  assert.deepEqual(dropped, []);
});

test('a template that wants one system message at the front gets one, and reminders for those that come later', () => {
  const { body } = encoded(
    decoded({
      model: 'm',
      messages: [
        { role: 'system', content: 'One.' },
        { role: 'developer', content: 'Two.' },
        asked,
        { role: 'system', content: 'Late.' },
      ],
    }),
    'vllm',
  );

  assert.deepEqual(body.messages, [
    { role: 'system', content: 'One.\n\nTwo.' },
    asked,
    { role: 'user', content: '<system-reminder>\nLate.\n</system-reminder>' },
  ]);
});

test('reasoning of the history goes where the provider reads it, and nowhere else', () => {
  const signature = { type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0 };
  const history = [
    asked,
    { role: 'assistant', content: 'Hi', reasoning: 'Hm.', reasoning_details: [signature] },
    asked,
  ];
  const sent = (provider: string) => {
    const { body, dropped } = encoded(decoded({ model: 'm', messages: history }), provider);
    return [(body.messages as object[])[1], dropped];
  };

  const told = { role: 'assistant', content: 'Hi' };
  assert.deepEqual(sent('openai'), [told, ['reasoning_state', 'reasoning']]);
  assert.deepEqual(sent('deepseek'), [{ ...told, reasoning_content: 'Hm.' }, ['reasoning_state']]);
  assert.deepEqual(sent('openrouter'), [{ ...told, reasoning: 'Hm.', reasoning_details: [signature] }, []]);
});

test('effort is asked in the words of each provider', () => {
  const sent = (provider: string, fields: object) => {
    const { body, dropped } = encoded(decoded({ model: 'm', messages: [asked], ...fields }), provider);
    const { reasoning_effort, reasoning, thinking } = body;
    return { ...{ reasoning_effort, reasoning, thinking }, dropped };
  };
  const none = { reasoning_effort: undefined, reasoning: undefined, thinking: undefined, dropped: [] };

  assert.deepEqual(sent('openai', { reasoning_effort: 'xhigh' }), { ...none, reasoning_effort: 'xhigh' });
  assert.deepEqual(sent('groq', { reasoning_effort: 'xhigh' }), { ...none, reasoning_effort: 'high' });
  assert.deepEqual(sent('groq', { reasoning_effort: 'none' }), { ...none, dropped: ['reasoning_effort'] });
  assert.deepEqual(sent('openai', { reasoning: { max_tokens: 2048 } }), { ...none, reasoning_effort: 'medium' });
  assert.deepEqual(sent('openrouter', { reasoning: { max_tokens: 2048 } }), {
    ...none,
    reasoning: { max_tokens: 2048 },
  });
  assert.deepEqual(sent('deepseek', { reasoning_effort: 'none' }), { ...none, thinking: { type: 'disabled' } });
  assert.deepEqual(sent('mistral', { reasoning_effort: 'low' }), { ...none, dropped: ['reasoning_effort'] });
});

test('Gemini gets its own proof of a call back, and a word for a call that another model made', () => {
  const signed = { ...call, extra_content: { google: { thought_signature: 'c2ln' } } };
  const signaturesOf = (...tool_calls: object[]) => {
    const { body } = encoded(decoded({ model: 'm', messages: [asked, { role: 'assistant', tool_calls }] }), 'google');
    const [, assistant] = body.messages as { tool_calls: { extra_content?: object }[] }[];
    return assistant?.tool_calls.map(({ extra_content }) => extra_content);
  };

  assert.deepEqual(signaturesOf(signed, { ...call, id: 'b' }), [signed.extra_content, undefined]);
  assert.deepEqual(signaturesOf(call, { ...call, id: 'b' }), [
    { google: { thought_signature: 'skip_thought_signature_validator' } },
    undefined,
  ]);
});

test('a custom tool is a function of one text where the provider has none', () => {
  const custom = { type: 'custom', custom: { name: 'patch', description: 'Patches' } };
  const history = [
    asked,
    { role: 'assistant', tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'patch', input: '*** "x"' } }] },
    { role: 'tool', tool_call_id: 'c1', content: 'ok' },
  ];

  const { body, dropped } = encoded(decoded({ model: 'm', messages: history, tools: [custom] }), 'groq');

  const [offered] = body.tools as { type: string; function: { parameters: object } }[];
  assert.equal(offered?.type, 'function');
  const [, assistant] = body.messages as { tool_calls: { function: object }[] }[];
  assert.deepEqual(assistant?.tool_calls[0]?.function, { name: 'patch', arguments: '{"input":"*** \\"x\\""}' });
  assert.deepEqual(dropped, []);
});

test('pictures are asked of who makes them, and no other medium goes with them', () => {
  const askFor = (modalities: readonly string[], provider: string) => {
    const { body, dropped } = encoded(decoded({ model: 'm', messages: [asked], modalities }), provider);
    return [body.modalities, dropped];
  };

  assert.deepEqual(askFor(['text', 'image'], 'openai'), [undefined, ['modalities']]);
  assert.deepEqual(askFor(['text', 'image', 'audio'], 'openai'), [['text', 'audio'], ['modalities']]);
  assert.deepEqual(askFor(['text', 'image'], 'openrouter'), [['text', 'image'], []]);
  assert.deepEqual(askFor(['image'], 'google'), [['image'], []]);
  assert.deepEqual(askFor(['text'], 'groq'), [undefined, []]);
});

test('a document that is a text keeps its title in front of its words', () => {
  const request = decoded({ model: 'm', messages: [asked] });
  const source = { kind: 'text', text: Content.ofText('It rains.') } as const;
  const notes = { kind: 'media', medium: 'document', source, mediaType: 'text/plain' } as const;
  const contentOf = (name?: string) => {
    const part = name === undefined ? notes : { ...notes, name: Content.ofText(name) };
    return encoded({ ...request, messages: [{ role: 'user', parts: [part] }] }, 'openai').body.messages;
  };

  const said = (text: string) => [{ role: 'user', content: [{ type: 'text', text }] }];
  assert.deepEqual(contentOf('Notes'), said('Notes\n\nIt rains.'));
  assert.deepEqual(contentOf(), said('It rains.'));
});

test('a refusal is named where it has to become a text', () => {
  const history = [asked, { role: 'assistant', content: null, refusal: 'No.' }, asked];
  const to = (provider: string) => encoded(decoded({ model: 'm', messages: history }), provider).dropped;

  assert.deepEqual(to('openai'), []);
  assert.deepEqual(to('groq'), ['refusal']);
});

test('a mark on the whole request goes to OpenRouter, with its time, and is named elsewhere', () => {
  const request = decoded({ model: 'm', messages: [asked], cache_control: { type: 'ephemeral', ttl: '1h' } });

  const routed = encoded(request, 'openrouter');
  assert.deepEqual(routed.body.cache_control, { type: 'ephemeral', ttl: '1h' });
  assert.deepEqual(routed.dropped, []);
  for (const provider of ['openai', 'groq']) {
    const { body, dropped } = encoded(request, provider);
    assert.equal(body.cache_control, undefined);
    assert.deepEqual(dropped, ['cache_control']);
  }
});

test('something stands for a message of which nothing can be carried', () => {
  const audio = { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } };
  const { body, dropped } = encoded(decoded({ model: 'm', messages: [{ role: 'user', content: [audio] }] }), 'groq');

  assert.deepEqual(body.messages, [{ role: 'user', content: '(no message)' }]);
  assert.deepEqual(dropped, ['input_audio']);
});

test('a file that another family keeps is refused, not left out', () => {
  const request = decoded({ model: 'm', messages: [asked] });
  const file = {
    kind: 'media',
    medium: 'document',
    source: { kind: 'file', id: Content.ofText('file_1'), family: 'anthropic' },
    mediaType: undefined,
  } as const;

  assert.throws(() => encoded({ ...request, messages: [{ role: 'user', parts: [file] }] }, 'openai'), {
    fault: 'request-malformed',
  });
});

test('the table of providers holds known words alone', () => {
  const words = new Set(
    `n seed logprobs logit_bias frequency_penalty presence_penalty top_k min_p top_a repetition_penalty
    parallel_tool_calls user metadata service_tier verbosity prompt_cache_key modalities openai_fields json_schema strict
    custom_tools allowed_tools cache_control annotations message_name refusal text_parts image assistant_images audio
    video file file_url stored_files prefill image_output`.split(/\s+/),
  );
  for (const provider of [...knownProviders, 'unknown']) {
    for (const feature of quirksOf(provider).takes) assert.ok(words.has(feature), `${provider}: ${feature}`);
  }
});
