// What goes up is what the caller sent, byte for byte, but for the splices of docs/reference/splices.md.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { call, generationOf } from '../journeys/caller.ts';
import { runFairlead } from '../journeys/running-fairlead.ts';
import { answerOf, chunkOf, sse, startUpstream } from '../journeys/scripted-upstream.ts';
import { renderSplicesPage, sections, splicesPage } from './splices-page.ts';

const upstream = await startUpstream({ after }, ({ body, response }) => {
  if (/"stream":\s*true/.test(body.toString())) {
    response.writeHead(200, sse).end(`${chunkOf('hi')}${chunkOf('', 'stop')}data: [DONE]\n\n`);
  } else response.writeHead(200, { 'content-type': 'application/json' }).end(answerOf('hi'));
});
const price = 'price: { input: 1, output: 1 }';
const config = `
upstreams:
  own: { base_url: "${upstream.url}", data: { trains: false }, api_key: own-key, models: { m: { as: own/m, ${price} }, same: { as: same, ${price} } } }
  like-openai: { provider: openai, base_url: "${upstream.url}", data: { trains: false }, api_key: other-key, models: { m: { as: o/m, ${price} } } }
models:
  own/m: { max_output: 1000, aliases: [nick] }
  o/m: { max_output: 1000 }
  same: { max_output: 1000 }
`;
const fairlead = await runFairlead({ after }, { config });
const { url } = fairlead;
const rest = '"messages":[{"role":"user","content":"caf\\u00e9 é 😀 \\ud83d\\ude00","x":[1.0,1e2,-0]}]';

async function sentUp(body: string, key = fairlead.key): Promise<string> {
  const reply = await call({ url, key, body });
  assert.equal(reply.status, 200, reply.body.toString());
  return upstream.received.pop()?.body.toString() ?? '';
}

type Case = readonly [what: string, sent: string, goesUp: string];

const cases: readonly Case[] = [
  [
    'the model by its name up there',
    `{"model":"own/m","max_tokens":9,${rest}}`,
    `{"model":"m","max_tokens":9,${rest}}`,
  ],
  ['an alias', `{"model":"nick","max_tokens":9,${rest}}`, `{"model":"m","max_tokens":9,${rest}}`],
  [
    'a name with escapes',
    `{"mod\\u0065l":"own\\/m","max_tokens":9,${rest}}`,
    `{"mod\\u0065l":"m","max_tokens":9,${rest}}`,
  ],
  ['nothing at all', `{"model":"same","max_tokens":9,${rest}}`, `{"model":"same","max_tokens":9,${rest}}`],
  [
    'nothing but the model, with white space, unknown and repeated unknown fields',
    `\n\t{ "zeta" : {"model":"own/m","user":"x"} ,"a":1,"a":2,${rest},\r\n "max_tokens": 9 , "model" : "own/m" , "__proto__":{} } \n`,
    `\n\t{ "zeta" : {"model":"own/m","user":"x"} ,"a":1,"a":2,${rest},\r\n "max_tokens": 9 , "model" : "m" , "__proto__":{} } \n`,
  ],
  ['usage asked for: no options', stream(''), added('"stream_options":{"include_usage":true}')],
  [
    'usage asked for: options null',
    stream('"stream_options":null,'),
    stream('"stream_options":{"include_usage":true},', 'm'),
  ],
  [
    'usage asked for: options empty',
    stream('"stream_options":{ },'),
    stream('"stream_options":{"include_usage":true},', 'm'),
  ],
  [
    'usage asked for: said no',
    stream('"stream_options":{ "include_usage" : false },'),
    stream('"stream_options":{ "include_usage" : true },', 'm'),
  ],
  [
    'usage asked for: said null',
    stream('"stream_options":{"include_usage":null},'),
    stream('"stream_options":{"include_usage":true},', 'm'),
  ],
  [
    'usage asked for: other options',
    stream('"stream_options":{"include_obfuscation":false},'),
    stream('"stream_options":{"include_usage":true,"include_obfuscation":false},', 'm'),
  ],
  [
    'usage was asked for',
    stream('"stream_options":{"include_usage":true},'),
    stream('"stream_options":{"include_usage":true},', 'm'),
  ],
  [
    'usage of no stream',
    `{"model":"own/m","max_tokens":9,"stream_options":{},${rest}}`,
    `{"model":"m","max_tokens":9,"stream_options":{},${rest}}`,
  ],
  ['no limit', `{"model":"own/m",${rest}}`, `{"max_tokens":1000,"model":"m",${rest}}`],
  ['a limit of null', `{"model":"own/m","max_tokens":null,${rest}}`, `{"model":"m","max_tokens":1000,${rest}}`],
  ['a limit too large', `{"model":"own/m","max_tokens":1001,${rest}}`, `{"model":"m","max_tokens":1000,${rest}}`],
  [
    'a limit that is a large number',
    `{"model":"own/m","max_tokens":1e15,${rest}}`,
    `{"model":"m","max_tokens":1000,${rest}}`,
  ],
  [
    'a limit that fits, as written',
    `{"model":"own/m","max_tokens":1e2,${rest}}`,
    `{"model":"m","max_tokens":1e2,${rest}}`,
  ],
  [
    'the newer limit',
    `{"model":"own/m","max_completion_tokens":5000,${rest}}`,
    `{"model":"m","max_completion_tokens":1000,${rest}}`,
  ],
  [
    'two limits: the smaller holds, whichever the upstream reads',
    `{"model":"own/m","max_tokens":5,"max_completion_tokens":900,${rest}}`,
    `{"model":"m","max_tokens":5,"max_completion_tokens":5,${rest}}`,
  ],
  [
    'two limits, the other way round',
    `{"model":"own/m","max_tokens":900,"max_completion_tokens":7,${rest}}`,
    `{"model":"m","max_tokens":7,"max_completion_tokens":7,${rest}}`,
  ],
  [
    'OpenAI: the newer limit and store',
    `{"model":"o/m",${rest}}`,
    `{"max_completion_tokens":1000,"store":false,"model":"m",${rest}}`,
  ],
  [
    'OpenAI: store null',
    `{"model":"o/m","store":null,"max_tokens":9,${rest}}`,
    `{"model":"m","store":false,"max_tokens":9,${rest}}`,
  ],
  [
    'OpenAI: store false',
    `{"model":"o/m","store":false,"max_tokens":9,${rest}}`,
    `{"model":"m","store":false,"max_tokens":9,${rest}}`,
  ],
  [
    'a user that is no text',
    `{"model":"own/m","user":null,"max_tokens":9,${rest}}`,
    `{"model":"m","user":null,"max_tokens":9,${rest}}`,
  ],
];

function stream(options: string, model = 'own/m'): string {
  return `{"model":"${model}","stream":true,${options}"max_tokens":9,${rest}}`;
}

function added(fields: string): string {
  return `{${fields},${stream('', 'm').slice(1)}`;
}

for (const [what, sent, goesUp] of cases) {
  test(`goes up: ${what}`, async () => {
    assert.equal(await sentUp(sent), goesUp);
  });
}

test('an end user goes up as a pseudonym: the same in a workspace, another in another', async () => {
  const workspace = await fairlead.ask<{ id: string }>('workspace-create', { name: 'other', credit_usd: '1.00' });
  const other = await fairlead.ask<{ key: string }>('key-create', { workspace: workspace.id });
  const second = await fairlead.ask<{ key: string }>('key-create', {});
  const body = (user: string, safety: string) =>
    `{"model":"own/m","max_tokens":9,"user":${user},"safety_identifier":${safety},${rest}}`;
  const namesOf = (text: string) =>
    [...text.matchAll(/"(?:user|safety_identifier)":"([^"]*)"/g)].map(([, name]) => name);

  const text = await sentUp(body('"alice@example.com"', '"bob"'));
  const [alice, bob] = namesOf(text);
  const escaped = namesOf(await sentUp(body('"alice\\u0040example.com"', '"b\\u006fb"')));
  const otherKey = namesOf(await sentUp(body('"alice@example.com"', '"bob"'), second.key));
  const elsewhere = namesOf(await sentUp(body('"alice@example.com"', '"bob"'), other.key));

  assert.match(alice ?? '', /^u_[\w-]{32}$/);
  assert.notEqual(alice, bob);
  assert.equal(text, body(`"${alice}"`, `"${bob}"`).replace('own/m', 'm'));
  assert.deepEqual(escaped, [alice, bob]);
  assert.deepEqual(otherKey, [alice, bob]);
  assert.ok(elsewhere.every((name) => name !== alice && name !== bob));
});

test('a clamp writes what the wallet covers into the limit, and says so', async () => {
  const poor = await fairlead.ask<{ id: string }>('workspace-create', { name: 'poor', credit_usd: '0.0009' });
  const { key } = await fairlead.ask<{ key: string }>('key-create', { workspace: poor.id });

  const reply = await call({ url, key, body: `{"model":"own/m",${rest}}` });
  const goneUp = upstream.received.pop()?.body.toString() ?? '';

  const limit = Number(/"max_tokens":(\d+),/.exec(goneUp)?.[1]);
  assert.equal(reply.headers['x-fairlead-clamped'], String(limit));
  assert.ok(limit >= 256 && limit < 900, `${limit}`);
  assert.equal(goneUp, `{"max_tokens":${limit},"model":"m",${rest}}`);
});

test('the record of a generation names its splices', async () => {
  const reply = await call({ url, key: fairlead.key, body: stream('"user":"x",') });
  const id = generationOf(reply);
  await fairlead.explain(id);
  const db = new DatabaseSync(join(fairlead.dataDir, 'main.db'), { readOnly: true });
  const row = db.prepare('select splices from generation where id = ?').get(id);
  db.close();

  assert.equal(row?.splices, '["model","stream_options.include_usage","user"]');
});

test('the page tells the tables of all protocols as they are; else run node tests/protocols/splices-page.ts', () => {
  assert.equal(readFileSync(splicesPage, 'utf8'), renderSplicesPage());
  const folders = readdirSync(new URL('../../src/core/protocol', import.meta.url), { recursive: true });
  const tables = folders.filter((path) => `${path}`.endsWith('/splices.ts')).map((path) => `${path}`.split('/')[0]);
  assert.deepEqual(sections.map(({ protocol }) => protocol).sort(), tables.sort());
});
