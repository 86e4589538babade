import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { faultModes } from '#simulator/simulator.ts';
import { type FairleadProcess, freshFolder, startFairlead } from '../support/fairlead-process.ts';
import { scanBytes, scanFolder } from './scan-bytes.ts';

const requests = Number(process.env.FAIRLEAD_TEST_REQUESTS ?? 1000);
const concurrency = 24;

/** Every wait a hundredth, so that stalls and slow heads end soon. */
const config = 'deadlines: { divide_by: 100 }\nlimits: { json_body_bytes_max: 1000000 }\n';

function token(): string {
  return `canary${randomBytes(20)
    .toString('base64')
    .replace(/[^a-zA-Z0-9]/g, 'x')
    .slice(0, 26)}`;
}

test('what callers write and models answer lies nowhere afterwards', { timeout: 400_000 }, async (t) => {
  const folder = freshFolder(t);
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const fairlead = await startFairlead({
    dataDir: join(folder, 'data'),
    config,
    env: { TMPDIR: temporary, LOG_LEVEL: 'trace' },
  });
  t.after(() => fairlead.kill9());
  await fairlead.cli('wallet', 'credit', '--usd', '1000');
  const canaries = Array.from({ length: 12 }, token);

  const statuses = await sendAll(fairlead, canaries);
  const metrics = await (await fetch(`${fairlead.url}/metrics`)).text();
  const said = JSON.stringify(await fairlead.cli('ledger', 'check'));
  const open = scanFolder(folder, canaries);
  assert.equal(await fairlead.stop(), 0);
  const closed = scanFolder(folder, canaries);
  const outputs = { metrics, said, stderr: fairlead.stderr() };

  const hits = [
    ...open.hits,
    ...closed.hits,
    ...Object.entries(outputs).flatMap(([name, text]) => scanBytes(name, Buffer.from(text), canaries)),
  ];
  t.diagnostic(
    `${statuses.size} outcomes: ${[...statuses].map(([status, count]) => `${status} × ${count}`).join(', ')}`,
  );
  t.diagnostic(`${open.files} files while it ran, ${closed.files} after, ${outputs.stderr.length} B of log`);
  assert.deepEqual(hits, []);
  assert.ok((statuses.get('200') ?? 0) > requests / 10 && statuses.size > 5, 'success and faults were both met');
  assert.ok(open.files >= 4, 'there was something to scan');
});

test('keys and secrets lie nowhere but in their own place', async (t) => {
  const folder = freshFolder(t);
  const upstreamKey = `sk-upstream-${token()}`;
  const fairlead = await startFairlead({
    dataDir: join(folder, 'data'),
    config: `upstreams:\n  own:\n    protocols: [openai-chat]\n    base_url: http://127.0.0.1:9/v1\n    api_key: \${OWN_KEY}\n    type: self_hosted\n    models: { m: { as: own/m, price: free } }\n`,
    env: { LOG_LEVEL: 'trace', OWN_KEY: upstreamKey },
  });
  t.after(() => fairlead.kill9());
  const stranger = `sk-fl-${token()}`;
  for (const key of [fairlead.key, stranger]) {
    for (const model of ['own/m', 'sandbox/echo']) await send(fairlead, { model, messages: [] }, key);
    await fetch(`${fairlead.url}/v1/models?key=${key}`);
    await fetch(`${fairlead.url}/v1/nothing?key=${key}`);
  }
  assert.equal(await fairlead.stop(), 0);
  const pepper = readFileSync(join(folder, 'data', 'secrets', 'pepper'));
  const setupToken = fairlead.setupUrl?.split('/').at(-1) ?? 'none';

  const secrets = [fairlead.key, stranger, upstreamKey, setupToken];
  const hits = [...scanFolder(folder, secrets).hits, ...scanBytes('stderr', Buffer.from(fairlead.stderr()), secrets)];

  assert.deepEqual(hits, []);
  assert.ok(!fairlead.stderr().includes(pepper.toString('hex')));
  assert.deepEqual(filesWith(join(folder, 'data'), pepper), [join(folder, 'data', 'secrets', 'pepper')]);
});

test('the scan finds a canary in every form it knows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fl-'));
  const text = token();
  const bytes = Buffer.from(`before ${text} after`);
  const forms = {
    raw: bytes,
    hex: Buffer.from(bytes.toString('hex')),
    base64: Buffer.from(bytes.toString('base64')),
    utf16: Buffer.from(`before ${text}`, 'utf16le'),
    gzip: Buffer.concat([Buffer.from('junk'), gzipSync(bytes)]),
  };

  for (const [name, form] of Object.entries(forms)) writeFileSync(join(folder, name), form);
  const { hits } = scanFolder(folder, [text]);
  rmSync(folder, { recursive: true });

  assert.deepEqual([...new Set(hits.map(({ where }) => where.split('/').at(-1)))].sort(), Object.keys(forms).sort());
});

function filesWith(folder: string, secret: Buffer): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(secret));
}

async function sendAll(fairlead: FairleadProcess, canaries: readonly string[]): Promise<Map<string, number>> {
  const models = ['sandbox/echo', 'sandbox/echo', 'sandbox/tool', 'sandbox/think', 'sandbox/nothing'];
  const modes = faultModes.map(({ mode }) => `sandbox/fault-${mode.replace('<k>', '2')}`);
  const statuses = new Map<string, number>();
  let next = 0;
  const worker = async () => {
    while (next < requests) {
      const number = next++;
      const model = number % 3 === 0 ? models[number % models.length] : modes[number % modes.length];
      const status = await send(fairlead, bodyOf(number, model ?? 'sandbox/echo', canaries), fairlead.key, canaries);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return statuses;
}

/** A canary wherever a caller can put one. */
function bodyOf(number: number, model: string, canaries: readonly string[]): unknown {
  const [system, user, argument, result, endUser, meta, unknownField, name, image] = canaries;
  return {
    model: number % 17 === 0 ? `sandbox/${canaries[9]}` : model,
    stream: number % 2 === 0,
    max_tokens: 200,
    user: endUser,
    metadata: { [`${meta}`]: meta },
    [`${unknownField}`]: unknownField,
    tools: [{ type: 'function', function: { name: `f_${name}`, parameters: { type: 'object', properties: {} } } }],
    messages: [
      { role: 'system', content: system },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: `{"a":"${argument}"}` } }],
      },
      { role: 'tool', tool_call_id: 'c', content: result },
      {
        role: 'user',
        content: [
          { type: 'text', text: `say ${user}` },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
        ],
      },
    ],
  };
}

/** The status, or how it broke. A broken body now and then: refusals are content's side door. */
async function send(
  fairlead: FairleadProcess,
  body: unknown,
  key: string,
  canaries: readonly string[] = [],
): Promise<string> {
  const text = JSON.stringify(body);
  const isBroken = canaries.length > 0 && text.length % 29 === 0;
  try {
    const response = await fetch(`${fairlead.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'x-request-id': canaries[10] ?? 'none',
        'x-title': canaries[11] ?? 'none',
      },
      body: isBroken ? text.slice(0, -9) : text,
      signal: AbortSignal.timeout(text.length % 31 === 0 ? 30 : 30_000),
    });
    await response.text();
    return String(response.status);
  } catch (thrown) {
    return thrown instanceof Error ? thrown.name : 'unknown';
  }
}
