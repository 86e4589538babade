// What callers write and upstreams say lies nowhere afterwards; keys and secrets only in their own place.
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { callerPlaces } from '#cli/privacy/canary-bodies.ts';
import { canarySurfaces as surfaces } from '#cli/privacy/canary-surfaces.ts';
import { formsOf, type Secrets, scanBytes, scanFolder } from '#cli/privacy/scan-bytes.ts';
import { faultModes, startSimulator } from '#simulator/simulator.ts';
import { call } from '../journeys/caller.ts';
import { type RunningFairlead, runFairlead } from '../journeys/running-fairlead.ts';
import { dialects } from '../support/dialects.ts';
import { callOnce, callStored, type Heard } from './shouting-caller.ts';
import { callMedia } from './shouting-media.ts';
import { upstreamPlaces } from './shouting-replies.ts';
import { startShoutingUpstream } from './shouting-upstream.ts';

const requests = Number(process.env.FAIRLEAD_TEST_REQUESTS ?? 2000);
const concurrency = 24;

/** Small letters alone, so that it can pass for a code, a name or a word wherever such is taken. */
function canary(): string {
  return Array.from({ length: 32 }, () => String.fromCharCode(97 + randomInt(26))).join('');
}

function canariesFor<Place extends string>(places: readonly Place[]): Record<Place, string> {
  return Object.fromEntries(places.map((place) => [place, canary()])) as Record<Place, string>;
}

test('what callers write and upstreams say lies nowhere afterwards', async (t) => {
  const fromCaller = canariesFor(callerPlaces);
  const fromUpstream = canariesFor(upstreamPlaces);
  const upstream = await startShoutingUpstream(t, fromUpstream);
  const honest = await startSimulator({ port: 0 });
  t.after(() => honest.close());
  const config = configOf(upstream.url, honest.url);
  const fairlead = await runFairlead(t, { config, env: { LOG_LEVEL: 'trace', DEBUG: '*', NODE_ENV: 'development' } });
  await fairlead.cli('wallet', 'credit', '--usd', '1000');
  const secrets = { ...named('caller', fromCaller), ...named('upstream', fromUpstream) };

  const heard = await callAll(fairlead, fromCaller);
  // Whatever the turns left out, on a surface that cannot show it, is asked for on all of them.
  for (const mode of silentOf(await faultsOf(fairlead))) {
    for (let number = 0; number < 2 * surfaces.length; number += 1) {
      heard.push(await callOnce(number, `sandbox/fault-${mode}`, { ...fairlead, canaries: fromCaller }));
    }
  }
  for (const model of ['sandbox/echo', 'sandbox/tool', 'loud/m', 'loud/m']) {
    heard.push(...(await callStored(model, { ...fairlead, canaries: fromCaller })));
  }
  for (const model of [
    'sandbox/image',
    'sandbox/speech',
    'sandbox/transcribe',
    'sandbox/fault-cut-2',
    'loud/m',
    'loud/m',
  ]) {
    heard.push(...(await callMedia(model, { ...fairlead, canaries: fromCaller })));
  }
  const faults = await faultsOf(fairlead);
  const outputs = await outputsOf(fairlead, heard);
  const open = scanFolder(fairlead.folder, secrets);
  assert.equal(await fairlead.stop(), 0);
  const closed = scanFolder(fairlead.folder, secrets);
  const texts = { ...outputs, stderr: fairlead.stderr() };
  const inTexts = Object.entries(texts).flatMap(([name, text]) => scanBytes(name, Buffer.from(text), secrets));
  const hits = [...open.hits, ...closed.hits, ...inTexts];

  const outcomes = countBy(heard, ({ outcome }) => outcome);
  const delivered = Object.values(faults).reduce((sum, count) => sum + count, 0);
  report('outcomes', outcomes);
  const good = heard.filter(({ outcome }) => outcome === '200');
  const goodBySurface = countBy(good, ({ surface }) => surface);
  report('good ones by surface', goodBySurface);
  report('scanned', {
    'requests, generations with a record': `${heard.length}, ${outputs.records}`,
    'faults delivered, kinds of them': `${delivered}, ${Object.keys(faults).length}`,
    'answers of the shouting upstream': upstream.received.length,
    'files and bytes while it ran': `${open.files.length}, ${open.bytes}`,
    'files and bytes after its end': `${closed.files.length}, ${closed.bytes}`,
    'bytes of log': texts.stderr.length,
    'bytes of metrics and command lines': Object.values(outputs).join('').length,
    'canaries, forms of each': `${Object.keys(secrets).length}, ${formsOf('x'.repeat(32)).size}`,
    hits: hits.length,
  });
  assert.deepEqual(hits, []);
  assert.ok((outcomes['200'] ?? 0) > requests / 10 && Object.keys(outcomes).length > 8, 'success and faults were met');
  assert.deepEqual(silentOf(faults), []);
  assert.ok(upstream.received.length > requests / 20);
  assert.ok((goodBySurface.media ?? 0) > 40, `${goodBySurface.media}`);
  const names = [...surfaces.map(({ name }) => name), 'stored'];
  const quiet = names.filter((name) => (goodBySurface[name] ?? 0) < (name === 'stored' ? 10 : requests / 100));
  assert.deepEqual(quiet, [], 'surfaces that hardly gave a good answer');
});

test('keys and secrets lie nowhere but in their own place', async (t) => {
  const upstreamKey = `sk-upstream-${canary()}`;
  const own =
    'own: { base_url: "http://127.0.0.1:9/v1", data: { trains: false }, api_key: "${OWN_KEY}", models: { m: { as: own/m, price: free } } }';
  const env = { LOG_LEVEL: 'trace', OWN_KEY: upstreamKey };
  const fairlead = await runFairlead(t, { config: `upstreams: { ${own} }\n`, env });
  const created = await fairlead.ask<{ key: string }>('key-create', {});
  const ownKey = `sk-own-${canary()}`;
  await fairlead.ask('own-key-add', { upstream: 'own', secret: ownKey });
  const setupToken = fairlead.setupUrl?.split('/').at(-1) ?? '';
  const stranger = `sk-fl-${canary()}`;
  for (const key of [fairlead.key, created.key, stranger]) {
    for (const model of ['own/m', 'sandbox/echo']) await call({ ...fairlead, key, body: { model, messages: [] } });
    for (const path of ['/v1/models', '/v1/nothing', '/', '/nothing'])
      await call({ url: fairlead.url, path: `${path}?key=${key}`, method: 'GET' });
  }
  await call({ url: fairlead.url, path: `/setup/${setupToken}`, method: 'GET' });
  const pepper = readFileSync(join(fairlead.dataDir, 'secrets', 'pepper'));
  const outputs = await outputsOf(fairlead, []);
  assert.equal(await fairlead.stop(), 0);

  const secrets: Secrets = {
    'first key': fairlead.key,
    'second key': created.key,
    stranger,
    upstreamKey,
    ownKey,
    setupToken,
  };
  const texts = Object.entries({ ...outputs, stderr: fairlead.stderr() });
  const hits = [
    ...scanFolder(fairlead.folder, secrets).hits,
    ...texts.flatMap(([name, text]) => scanBytes(name, Buffer.from(text), { ...secrets, pepper })),
  ];

  assert.deepEqual(hits, []);
  const inFiles = scanFolder(fairlead.folder, { pepper }).hits;
  assert.deepEqual(inFiles, [{ where: join(fairlead.dataDir, 'secrets', 'pepper'), form: 'raw', name: 'pepper' }]);
  assert.equal(statSync(join(fairlead.dataDir, 'secrets', 'pepper')).mode & 0o777, 0o600);
});

test('the scan finds a planted canary in every form that it knows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fl-'));
  const text = canary();
  const whole = Buffer.from(`before ${text} after`);
  const junk = randomBytes(100);
  const plants: Record<string, Buffer> = {
    gzip: Buffer.concat([junk, gzipSync(whole), junk]),
    deflate: Buffer.concat([junk, deflateSync(whole)]),
    brotli: brotliCompressSync(whole),
    zstd: Buffer.concat([junk, zstdCompressSync(whole)]),
    ...Object.fromEntries([0, 1, 2].map((shift) => [`b64-${shift}`, base64Behind(shift, text)])),
  };
  for (const [form, bytes] of formsOf(text))
    if (!form.startsWith('base64')) plants[`form-${form}`] = Buffer.concat([junk, bytes, junk]);
  for (const [name, bytes] of Object.entries(plants)) writeFileSync(join(folder, name), bytes);
  mkdirSync(join(folder, 'deep'));
  writeFileSync(join(folder, 'deep', text), '');
  writeFileSync(join(folder, 'clean'), randomBytes(10_000));

  const { hits } = scanFolder(folder, { planted: text });
  const found = new Set(hits.map(({ where }) => where.split('/').at(-1)));
  rmSync(folder, { recursive: true });

  assert.deepEqual([...found].sort(), [...Object.keys(plants), text].sort());
});

/** Upstreams of one dialect each, so that callers of the others are translated; every wait a hundredth. */
function configOf(loud: string, honest: string): string {
  const price = 'price: { input: 1, output: 1 }';
  const all = dialects.map(({ name }) => name).join(', ');
  const rows = dialects.map(({ name }) => {
    const models = ['echo', 'think'].map((model) => `sandbox/${model}: { as: ${name}/${model}, ${price} }`);
    return [
      row(`loud-${name}`, { url: loud, protocols: name, models: `m: { as: loud-${name}/m, ${price} }` }),
      row(name, { url: honest, protocols: name, models: models.join(', ') }),
    ].join('\n');
  });
  const every = row('loud', { url: loud, protocols: all, models: `m: { as: loud/m, ${price} }` });
  return ['deadlines: { divide_by: 100 }', 'upstreams:', every, ...rows].join('\n');
}

type Row = { readonly url: string; readonly protocols: string; readonly models: string };

function row(name: string, { url, protocols, models }: Row): string {
  return `  ${name}: { base_url: "${url}", data: { trains: false }, api_key: ${name}, protocols: [${protocols}], models: { ${models} } }`;
}

function base64Behind(count: number, text: string): Buffer {
  return Buffer.from(Buffer.from(`${'x'.repeat(count)}${text} and more`).toString('base64'));
}

function named(side: string, canaries: Readonly<Record<string, string>>): Secrets {
  return Object.fromEntries(Object.entries(canaries).map(([place, text]) => [`${side}: ${place}`, text]));
}

function goodOf({ name }: { readonly name: string }): readonly string[] {
  return [`loud-${name}/m`, `loud-${name}/m`, `${name}/echo`, `${name}/think`];
}

/** Only Converse comes in frames, which the sandbox is not asked in. */
const framed = /^(frame-|exception-throttled)/;

function silentOf(faults: Readonly<Record<string, number>>): readonly string[] {
  const modes = faultModes.map(({ mode }) => mode.replace('<k>', '2'));
  return modes.filter((mode) => !faults[mode] && !framed.test(mode));
}

/** How often each fault was delivered. */
async function faultsOf({ url }: RunningFairlead): Promise<Readonly<Record<string, number>>> {
  const stats = (await (await fetch(`${url}/simulator/stats`)).json()) as { readonly faults: Record<string, number> };
  return stats.faults;
}

async function callAll(
  fairlead: RunningFairlead,
  canaries: Parameters<typeof callOnce>[2]['canaries'],
): Promise<Heard[]> {
  const good = ['sandbox/echo', 'sandbox/tool', 'sandbox/think', 'loud/m', ...dialects.flatMap(goodOf)];
  const modes = faultModes.map(({ mode }) => `sandbox/fault-${mode.replace('<k>', '2')}`);
  const heard: Heard[] = [];
  let next = 0;
  const work = async () => {
    while (next < requests) {
      const number = next++;
      const turn = Math.floor(number / 2);
      const model = turn % 2 === 0 ? good[(turn / 2) % good.length] : modes[((turn - 1) / 2) % modes.length];
      heard.push(await callOnce(number, model ?? '', { url: fairlead.url, key: fairlead.key, canaries }));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return heard;
}

/** Everything that the process tells an operator, besides its log. */
async function outputsOf(fairlead: RunningFairlead, heard: readonly Heard[]) {
  await fairlead.settledWallet();
  const ids = heard.flatMap(({ generation }) => generation ?? []);
  const explained = await Promise.all(
    ids.map((generation) => fairlead.ask('explain', { generation }).catch(() => null)),
  );
  const records = explained.filter((record) => record !== null);
  const commands = [
    ['wallet', 'show'],
    ['key', 'list'],
    ['workspace', 'list'],
    ['ledger', 'check'],
    ['models'],
    ['config', 'check'],
  ];
  if (ids[0] !== undefined && records.length > 0) commands.push(['explain', (records[0] as { id: string }).id]);
  const said: string[] = [];
  for (const command of commands) said.push(JSON.stringify(await fairlead.cli<unknown>(...command)));
  const pages = ['/metrics', '/healthz', '/readyz', '/', '/schema/config.json', '/simulator/stats'];
  const told = await Promise.all(pages.map((path) => call({ url: fairlead.url, path, method: 'GET' })));
  return {
    metrics: told.map(({ body }) => body.toString()).join('\n'),
    commands: said.join('\n'),
    explanations: JSON.stringify(records),
    records: String(records.length),
  };
}

function countBy(heard: readonly Heard[], nameOf: (one: Heard) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of heard) counts[nameOf(one)] = (counts[nameOf(one)] ?? 0) + 1;
  return counts;
}

function report(title: string, rows: Readonly<Record<string, string | number>>): void {
  const lines = Object.entries(rows).map(([name, value]) => `  ${name.padEnd(40)} ${value}`);
  process.stdout.write(`${[title, ...lines].join('\n')}\n`);
}
