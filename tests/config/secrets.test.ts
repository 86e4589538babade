import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { configFindings } from '#config/config-findings.ts';
import { effectiveConfig } from '#config/effective-config.ts';
import { configFrom, type Given, oneUpstream, refusalOf } from './config-from.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
const secret = fc
  .array(fc.constantFrom(...letters), { minLength: 20, maxLength: 40 })
  .map((chars) => `sk-${chars.join('')}`);
const slip = fc.constantFrom(
  '\n',
  '\t',
  ' ',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ':',
  ': ',
  ',',
  '#',
  '&',
  '*',
  '!',
  '|',
  '>',
  '- ',
  '? ',
  '${',
  '@',
  '%',
);

/** All that the configuration says to people: the refusal, or what holds and what is noticed. */
async function everythingSaid(given: Given): Promise<string> {
  const refusal = await refusalOf(given);
  if (refusal !== '(accepted)') return refusal;
  const config = await configFrom(given);
  return JSON.stringify([effectiveConfig(config), configFindings(config)]);
}

function assertSilentAbout(key: string, said: string): void {
  for (let at = 3; at + 6 <= key.length; at += 1) {
    const part = key.slice(at, at + 6);
    assert.ok(!said.includes(part), `"${part}" of the secret stands in: ${said.slice(0, 400)}`);
  }
}

test('a secret in the file is never said, whatever slip stands beside it', async () => {
  const template = (key: string) => oneUpstream([`api_key: ${key}`, 'region: eu']);
  await fc.assert(
    fc.asyncProperty(secret, slip, fc.nat(), async (key, typed, where) => {
      const text = template('\u0000');
      const at = where % (text.length + 1);
      const yaml = `${text.slice(0, at)}${typed}${text.slice(at)}`.replace('\u0000', key);

      assertSilentAbout(key, await everythingSaid({ yaml }));
    }),
    { numRuns: 500 },
  );
});

test('a secret from the environment is never said, wherever the file refers to it', async () => {
  const lines = [
    'provider',
    'seller',
    'region',
    'api_key',
    'base_url',
    'type',
    'enabled',
    'protocols',
    'api_keys',
    'data',
    'nonsense',
  ];
  const shapes = [
    (name: string) => `${name}: \${S}`,
    (name: string) => `${name}: ["\${S}"]`,
    (name: string) => `${name}: { source: "\${S}", as: "\${S}" }`,
  ];
  await fc.assert(
    fc.asyncProperty(secret, fc.constantFrom(...lines), fc.constantFrom(...shapes), async (key, name, shape) => {
      const yaml = `upstreams:\n  a:\n${name === 'base_url' ? '' : '    base_url: https://a.example/${S}\n'}    models: {}\n    ${shape(name)}\n`;

      assertSilentAbout(key, await everythingSaid({ yaml, env: { S: key } }));
    }),
    { numRuns: 300 },
  );
});

test('a secret in a variable is never said', async () => {
  const names = [
    'PORT',
    'HOST',
    'FAIRLEAD_PUBLIC_URL',
    'TRUSTED_PROXIES',
    'LOG_LEVEL',
    'DATABASE_URL',
    'FAIRLEAD_PEPPER',
    'OPENROUTER_API_KEY',
    'OPENAI_API_KEY',
  ];
  await fc.assert(
    fc.asyncProperty(secret, fc.constantFrom(...names), fc.boolean(), async (key, name, hasSpace) => {
      const value = hasSpace ? `${key} ${key}` : key;
      if (name === 'HOST' && !hasSpace) return;

      assertSilentAbout(key, await everythingSaid({ env: { [name]: value } }));
    }),
    { numRuns: 100 },
  );
});

test('of a key that is half a reference, the other half stays unsaid', async () => {
  const said = await everythingSaid({ yaml: oneUpstream(['api_keys: ["ABCDEFGH${K}", other]']), env: { K: 'k' } });

  assert.ok(said.includes('•••• (2 set)'));
  assertSilentAbout('sk-ABCDEFGH', said);
});

test('what holds is shown with who set it', async () => {
  const yaml = oneUpstream(['api_key: ${K}', 'region: "${PLACE}"']);

  const rows = effectiveConfig(
    await configFrom({ yaml, env: { K: 'k-secret', PLACE: 'eu', PORT: '9000', ANTHROPIC_API_KEY: 'k2' } }),
  );

  const row = (name: string) => rows.find((found) => found.name === name);
  assert.deepEqual(row('PORT'), { name: 'PORT', value: '9000', origin: 'environment' });
  assert.deepEqual(row('HOST'), { name: 'HOST', value: '127.0.0.1', origin: 'default' });
  assert.deepEqual(row('upstreams.a.api_key'), {
    name: 'upstreams.a.api_key',
    value: '•••• (set)',
    origin: 'fairlead.yaml, line 5',
  });
  assert.deepEqual(row('upstreams.a.region'), {
    name: 'upstreams.a.region',
    value: '${PLACE}',
    origin: 'fairlead.yaml, line 6',
  });
  assert.deepEqual(row('upstreams.a.models.m.price'), {
    name: 'upstreams.a.models.m.price',
    value: 'free',
    origin: 'fairlead.yaml, line 4',
  });
  assert.equal(row('upstreams.anthropic.api_key')?.origin, 'environment ANTHROPIC_API_KEY');
  assert.equal(row('upstreams.anthropic.models.claude-opus-4-5.price')?.origin, 'catalogue');
});
