// What an upstream keeps under an id was not made through us, so nobody here owns it: no request may name it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { call } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());
const config = `
upstreams:
  all:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: k
    protocols: [openai-chat, openai-responses, anthropic-messages, gemini-generate]
    models: { sandbox/echo: { as: all/echo, price: free } }
`;
const fairlead = await runFairlead({ after }, { config });
const json = { authorization: `Bearer ${fairlead.key}`, 'content-type': 'application/json' };

const question = { role: 'user', content: 'q' };
const parts = (part: unknown) => [{ role: 'user', content: [part] }];
const responses = (more: Readonly<Record<string, unknown>>) =>
  ['/v1/responses', { model: 'all/echo', input: 'q', ...more }] as const;
const messages = (more: Readonly<Record<string, unknown>>) =>
  ['/v1/messages', { model: 'all/echo', max_tokens: 9, messages: [question], ...more }] as const;
const gemini = (more: Readonly<Record<string, unknown>>) =>
  ['/v1beta/models/all/echo:generateContent', { contents: [{ parts: [{ text: 'q' }] }], ...more }] as const;

const named: readonly (readonly [what: string, path: string, body: unknown])[] = [
  [
    'a file in chat',
    '/v1/chat/completions',
    { model: 'all/echo', messages: parts({ type: 'file', file: { file_id: 'f' } }) },
  ],
  [
    'an earlier sound',
    '/v1/chat/completions',
    { model: 'all/echo', messages: [question, { role: 'assistant', audio: { id: 'a' } }, question] },
  ],
  ['a conversation', ...responses({ conversation: 'conv_1' })],
  ['a conversation as an object', ...responses({ conversation: { id: 'conv_1' } })],
  ['an item without a type', ...responses({ input: [{ id: 'msg_1' }] })],
  ['a file in Responses', ...responses({ input: parts({ type: 'input_file', file_id: 'f' }) })],
  [
    'a file beside a picture in Responses',
    ...responses({ input: parts({ type: 'input_image', image_url: 'data:image/png;base64,AAAA', file_id: 'f' }) }),
  ],
  [
    'a file in what calls itself a tool’s input',
    ...responses({ type: 'tool_use', input: parts({ type: 'input_file', file_id: 'f' }) }),
  ],
  ['a store of vectors', ...responses({ tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] })],
  ['a container', ...responses({ tools: [{ type: 'code_interpreter', container: 'cntr_1' }] })],
  [
    'a file in Messages',
    ...messages({ messages: parts({ type: 'document', source: { type: 'file', file_id: 'f' } }) }),
  ],
  ['a container in Messages', ...messages({ container: 'c' })],
  ['a cache', ...gemini({ cachedContent: 'cachedContents/1' })],
  ['a file at Google', ...gemini({ contents: [{ parts: [{ fileData: { fileUri: 'https://g/v1beta/files/1' } }] }] })],
];

for (const [what, path, body] of named) {
  test(`${what} cannot be named`, async () => {
    const reply = await call({ url: fairlead.url, path, headers: json, body });

    assert.equal(reply.status, 404, reply.body.toString());
    assert.match(reply.body.toString(), /no such stored object/);
  });
}

test('a count cannot name one either', async () => {
  const reply = await call({
    url: fairlead.url,
    path: '/v1/responses/input_tokens',
    headers: json,
    body: { model: 'all/echo', input: 'q', conversation: 'conv_1' },
  });

  assert.equal(reply.status, 404);
});

test('a tool with a parameter of such a name, or a call with it, names nothing', async () => {
  const schema = { type: 'object', properties: { file_id: { type: 'string' } } };
  const tools = [{ type: 'function', function: { name: 'open', parameters: schema } }];
  const history = [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'q' },
        { type: 'image_url', image_url: { url: 'https://a/b.png' } },
      ],
    },
  ];
  const chat = await call({
    url: fairlead.url,
    path: '/v1/chat/completions',
    headers: json,
    body: { model: 'all/echo', messages: history, tools },
  });

  assert.equal(chat.status, 200, chat.body.toString());
});

test('a count with the name of an end user is estimated here, and the name stays', async () => {
  const upstream = await startUpstream({ after }, ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"input_tokens":77}');
  });
  const other = await runFairlead(
    { after },
    {
      config: `
upstreams:
  a:
    base_url: ${upstream.url}
    data: { trains: false }
    api_key: k
    protocols: [anthropic-messages]
    models: { m: { as: a/m, price: free } }
`,
    },
  );
  const count = async (more: Readonly<Record<string, unknown>>) => {
    const reply = await call({
      url: other.url,
      path: '/v1/messages/count_tokens',
      headers: { 'x-api-key': other.key, 'content-type': 'application/json' },
      body: { model: 'a/m', messages: [question], ...more },
    });
    return reply.headers['x-fairlead-usage-source'];
  };

  assert.equal(await count({ metadata: { user_id: 'bob@example.com' } }), 'estimated');
  assert.equal(upstream.received.length, 0);
  assert.equal(await count({}), 'reported');
  assert.equal(upstream.received.length, 1);
});
