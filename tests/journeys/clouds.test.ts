// Models that clouds serve: their addresses, their credentials, their framing; for callers of every dialect.
import assert from 'node:assert/strict';
import { createHash, createHmac, createVerify, generateKeyPairSync } from 'node:crypto';
import { after, test } from 'node:test';
import { converseEvent, exceptionFrame, invokeChunk } from '../support/aws-frames.ts';
import { type Dialect, dialects } from '../support/dialects.ts';
import { call, generationOf } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';
import { answerOf, type Received, startUpstream } from './scripted-upstream.ts';

const [chat, , messages] = dialects;
assert.ok(chat && messages);
const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const claude = (text: string) => [
  {
    type: 'message_start',
    message: {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'c',
      content: [],
      usage: { input_tokens: 3, output_tokens: 1 },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 2 } },
  { type: 'message_stop' },
];

const converse = (text: string) => [
  converseEvent('messageStart', { role: 'assistant' }),
  converseEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }),
  converseEvent('contentBlockStop', { contentBlockIndex: 0 }),
  converseEvent('messageStop', { stopReason: 'end_turn' }),
  converseEvent('metadata', { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 } }),
];

const awsStream = { 'content-type': 'application/vnd.amazon.eventstream' };
let tokens = 0;
let assertion = '';

const cloud = await startUpstream({ after }, ({ body, headers, path, response }) => {
  if (path === '/token') {
    tokens += 1;
    assertion = new URLSearchParams(body.toString()).get('assertion') ?? '';
    response.writeHead(200, { 'content-type': 'application/json' });
    return void response.end(JSON.stringify({ access_token: 'ya29.token', expires_in: 3600, token_type: 'Bearer' }));
  }
  if (path.includes('throttled')) {
    response.writeHead(429, { 'x-amzn-errortype': 'ThrottlingException' });
    return void response.end('{"message":"slow down"}');
  }
  if (path.endsWith('/invoke-with-response-stream')) {
    response.writeHead(200, awsStream);
    const frames = claude('from invoke').map(invokeChunk);
    if (path.includes('broken')) return void response.end(Buffer.concat(frames.slice(0, 4)).subarray(0, -9));
    // Every frame in two pieces.
    for (const frame of frames) for (const piece of [frame.subarray(0, 7), frame.subarray(7)]) response.write(piece);
    return void response.end();
  }
  if (path.endsWith('/converse-stream')) {
    response.writeHead(200, awsStream);
    const frames = converse('from converse');
    if (path.includes('excepting')) frames.splice(3, 2, exceptionFrame('modelStreamErrorException', 'secret'));
    return void response.end(Buffer.concat(frames));
  }
  if (path.includes('/publishers/anthropic/')) {
    if (headers.authorization !== 'Bearer ya29.token') return void response.writeHead(401).end('{}');
    if (path.includes('count-tokens')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end('{"input_tokens":42}');
    }
    if (path.endsWith(':streamRawPredict')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const events = claude('from vertex').map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      return void response.end(events.join(''));
    }
    const usage = { input_tokens: 3, output_tokens: 2 };
    const message = { id: 'm', type: 'message', role: 'assistant', model: 'c', stop_reason: 'end_turn', usage };
    response.writeHead(200, { 'content-type': 'application/json' });
    return void response.end(JSON.stringify({ ...message, content: [{ type: 'text', text: 'from vertex' }] }));
  }
  if (path.includes(':generateContent')) {
    response.writeHead(headers.authorization === 'Bearer ya29.token' ? 200 : 401, {
      'content-type': 'application/json',
    });
    const candidate = { content: { role: 'model', parts: [{ text: 'from vertex' }] }, finishReason: 'STOP', index: 0 };
    return void response.end(
      JSON.stringify({ candidates: [candidate], usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2 } }),
    );
  }
  response.writeHead(headers['api-key'] === 'azure-secret' ? 200 : 401, { 'content-type': 'application/json' });
  response.end(answerOf('from azure'));
});
const origin = cloud.url.replace(/\/v1$/, '');

const account = JSON.stringify({
  type: 'service_account',
  client_email: 'pilot@harbour.example',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  token_uri: `${origin}/token`,
});

const config = `
deadlines: { divide_by: 20 }
routing: { strategy: order }
upstreams:
  azure:
    cloud: azure
    base_url: ${origin}/openai/deployments/{deployment}?api-version=2025-01-01
    data: { trains: false }
    api_key: azure-secret
    protocols: [openai-chat]
    models: { dep-1: { as: c/azure, price: { input: 1, output: 1 } } }
  bedrock:
    cloud: bedrock
    base_url: ${origin}
    data: { trains: false }
    region: eu-central-1
    protocols: [anthropic-messages]
    access_key_id: AKIDEXAMPLE
    secret_access_key: ${secretKey}
    models:
      eu.claude-v1:0: { as: c/invoke, price: { input: 1, output: 1 } }
      broken: { as: c/broken, price: { input: 1, output: 1 } }
      throttled: { as: c/throttled, price: { input: 1, output: 1 } }
  converse:
    cloud: bedrock
    base_url: ${origin}
    data: { trains: false }
    region: eu-central-1
    protocols: [bedrock-converse]
    access_key_id: AKIDEXAMPLE2
    secret_access_key: ${secretKey}
    models:
      eu.nova:0: { as: c/converse, price: { input: 1, output: 1 } }
      excepting: { as: c/excepting, price: { input: 1, output: 1 } }
      spare: { as: c/throttled, price: { input: 1, output: 1 } }
  vertex:
    cloud: vertex
    base_url: ${origin}/v1
    data: { trains: false }
    project: harbour
    location: europe-west1
    service_account: '${account}'
    protocols: [gemini-generate]
    models: { gemini-2.5-pro: { as: c/vertex, price: { input: 1, output: 1 } } }
  vertex-claude:
    cloud: vertex
    base_url: ${origin}/v1
    data: { trains: false }
    project: harbour
    location: europe-west1
    service_account: '${account}'
    protocols: [anthropic-messages]
    models: { claude-sonnet-4-5@20250929: { as: 'c/claude:beta', price: { input: 1, output: 1 } } }
`;
const fairlead = await runFairlead({ after }, { config });

async function askIn(dialect: Dialect | undefined, model: string, stream: boolean) {
  assert.ok(dialect);
  const reply = await call({
    url: fairlead.url,
    path: dialect.address(model, stream),
    headers: dialect.headers(fairlead.key),
    body: dialect.body(model, 'one two', stream),
  });
  const body = reply.body.toString();
  return { reply, body, told: stream && reply.status === 200 ? dialect.readStream(body) : dialect.readWhole(body) };
}

function lastTo(part: string): Received {
  const found = cloud.received.findLast(({ path }) => path.includes(part));
  assert.ok(found, part);
  return found;
}

test('Azure gets its own header, the deployment and the version of its API in the address', async () => {
  for (const dialect of dialects) {
    const { told, body } = await askIn(dialect, 'c/azure', false);
    assert.equal(told.text, 'from azure', body);
  }
  assert.equal(lastTo('/openai/').path, '/openai/deployments/dep-1/chat/completions?api-version=2025-01-01');
  assert.equal(lastTo('/openai/').headers.authorization, undefined);
});

test('Claude on Bedrock: frames become events, in every dialect', async () => {
  for (const dialect of dialects) {
    const { told, body } = await askIn(dialect, 'c/invoke', true);
    assert.deepEqual([told.text, told.finish, told.input, told.output], ['from invoke', dialect.stopWord, 3, 2], body);
  }
  const { path, body } = lastTo('/invoke');
  assert.equal(path, '/model/eu.claude-v1%3A0/invoke-with-response-stream');
  const sent = JSON.parse(body.toString());
  assert.equal(sent.anthropic_version, 'bedrock-2023-05-31');
  assert.deepEqual([sent.model, sent.stream], [undefined, undefined]);
});

test('the request is signed as AWS demands it', async () => {
  await askIn(messages, 'c/invoke', true);
  const { path, headers, body } = lastTo('/invoke');

  const signed =
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/(\d{8}\/eu-central-1\/bedrock\/aws4_request), ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
  const [, scope = '', names = '', signature] = signed.exec(String(headers.authorization)) ?? [];
  const sha = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
  const headerLines = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  // AWS encodes each part of the path once more.
  const canonicalPath = path.split('/').map(encodeURIComponent).join('/');
  const request = [
    'POST',
    canonicalPath,
    '',
    headerLines.join(''),
    names,
    headers['x-amz-content-sha256'] ?? sha(body),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha(request)].join('\n');
  const key = scope
    .split('/')
    .reduce((by: string | Buffer, part) => createHmac('sha256', by).update(part).digest(), `AWS4${secretKey}`);
  assert.equal(signature, createHmac('sha256', key).update(text).digest('hex'));
});

test('Converse answers callers of every dialect', async () => {
  for (const dialect of dialects) {
    const { told, body } = await askIn(dialect, 'c/converse', true);
    assert.deepEqual(
      [told.text, told.finish, told.input, told.output],
      ['from converse', dialect.stopWord, 3, 2],
      body,
    );
  }
  const sent = JSON.parse(lastTo('/converse').body.toString());
  assert.deepEqual(sent.messages, [{ role: 'user', content: [{ text: 'one two' }] }]);
});

test('Vertex gets a token that is fetched once, with a claim that the key of the account has signed', async () => {
  for (const dialect of dialects) {
    const { told, body } = await askIn(dialect, 'c/vertex', false);
    assert.equal(told.text, 'from vertex', body);
  }
  assert.equal(tokens, 1);
  assert.equal(
    lastTo(':generateContent').path,
    '/v1/projects/harbour/locations/europe-west1/publishers/google/models/gemini-2.5-pro:generateContent',
  );
  const [head = '', claims = '', signature = ''] = assertion.split('.');
  const verify = createVerify('RSA-SHA256').update(`${head}.${claims}`);
  assert.ok(verify.verify(publicKey, Buffer.from(signature, 'base64url')));
  const said = JSON.parse(Buffer.from(claims, 'base64url').toString());
  assert.deepEqual([said.iss, said.aud], ['pilot@harbour.example', `${origin}/token`]);
});

test('Claude on Vertex: rawPredict at the address of its own version, with a token, for callers of every dialect', async () => {
  const model = 'c/claude:beta@vertex-claude';
  for (const stream of [false, true]) {
    for (const dialect of dialects) {
      const { told, body } = await askIn(dialect, model, stream);
      assert.deepEqual([told.text, told.finish, told.input], ['from vertex', dialect.stopWord, 3], body);
    }
    const { path, body, headers } = lastTo(stream ? ':streamRawPredict' : ':rawPredict');
    const place = '/v1/projects/harbour/locations/europe-west1/publishers/anthropic/models';
    assert.equal(path, `${place}/claude-sonnet-4-5@20250929:${stream ? 'streamRawPredict' : 'rawPredict'}`);
    const sent = JSON.parse(body.toString());
    assert.deepEqual([sent.anthropic_version, sent.model], ['vertex-2023-10-16', undefined]);
    assert.deepEqual([headers['x-api-key'], headers['anthropic-version']], [undefined, undefined]);
  }
  const counted = await call({
    ...{ url: fairlead.url, path: '/v1/messages/count_tokens', headers: messages.headers(fairlead.key) },
    body: { model, messages: [{ role: 'user', content: 'one two' }] },
  });
  assert.deepEqual(JSON.parse(counted.body.toString()), { input_tokens: 42 });
  assert.match(lastTo('count-tokens').path, /\/publishers\/anthropic\/models\/count-tokens:rawPredict$/);
  assert.ok(tokens <= 2, `${tokens} tokens for two accounts`);
});

test('a name with a slash, a colon and an at sign is found in all three lists', async () => {
  const id = 'c/claude:beta';
  const asked: readonly (readonly [base: string, headers: Readonly<Record<string, string>>, name: string])[] = [
    ['/v1/models', { authorization: `Bearer ${fairlead.key}` }, id],
    ['/v1/models', { 'x-api-key': fairlead.key, 'anthropic-version': '2023-06-01' }, id],
    ['/v1beta/models', { 'x-goog-api-key': fairlead.key }, `models/${id}`],
  ];
  for (const [base, headers, name] of asked) {
    const addresses = [id, encodeURIComponent(id), `${id}@vertex-claude`, encodeURIComponent(`${id}@vertex-claude`)];
    for (const path of addresses.map((address) => `${base}/${address}`)) {
      const reply = await call({ url: fairlead.url, path, method: 'GET', headers });
      const told = JSON.parse(reply.body.toString());
      const expected = /(@|%40)vertex-claude$/.test(path) ? `${name}@vertex-claude` : name;
      assert.equal(told.id ?? told.name, expected, `${path}: ${reply.body}`);
    }
  }
});

test('a stream that breaks in a frame, or by an exception, ends with the terminal error of the caller', async () => {
  for (const model of ['c/broken', 'c/excepting']) {
    for (const dialect of dialects) {
      const { told, body } = await askIn(dialect, model, true);
      assert.notEqual(told.error, undefined, body);
      assert.deepEqual([told.finish, told.terminals], [undefined, 0], body);
      assert.doesNotMatch(body, /secret/);
    }
  }
});

test('a cloud that throttles is passed over for another one', async () => {
  const { reply, told } = await askIn(chat, 'c/throttled', true);

  assert.equal(told.text, 'from converse');
  const record = await fairlead.explain(generationOf(reply));
  assert.deepEqual(
    record.attempts.map(({ verdict }) => verdict),
    ['status-429', 'answered'],
  );
});

test('no secret of a cloud stands in the log', () => {
  const log = fairlead.stderr();
  for (const secret of [secretKey, 'azure-secret', 'ya29.token', 'BEGIN PRIVATE KEY']) {
    assert.ok(!log.includes(secret), secret.slice(0, 6));
  }
});
