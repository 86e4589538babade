import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configFrom, type Given, oneUpstream, refusalOf } from './config-from.ts';

type Case = readonly [what: string, given: Given, sentence: string];

const withKey = oneUpstream(['api_key: ${UPSTREAM_KEY}']);
const keyLine = 'fairlead.yaml, line 5: upstreams.a.api_key';
const proxies = (entry: number) =>
  `environment: TRUSTED_PROXIES must be IP addresses or ranges such as 10.0.0.0/8, with commas between, and its entry ${entry} is neither.`;
const port = 'environment: PORT must be a whole number from 0 to 65535, where 0 takes a free port.';

const cases: readonly Case[] = [
  ['a port that is a word', { env: { PORT: 'http' } }, port],
  ['a port above 65535', { env: { PORT: '65536' } }, port],
  ['a negative port', { env: { PORT: '-1' } }, port],
  ['a port with a fraction', { env: { PORT: '80.5' } }, port],
  [
    'a host with a port',
    { env: { HOST: '127.0.0.1:80' } },
    'environment: HOST must be an IP address or a host name, such as 127.0.0.1 or 0.0.0.0.',
  ],
  [
    'half an address as host',
    { env: { HOST: '127.0' } },
    'environment: HOST must be an IP address or a host name, such as 127.0.0.1 or 0.0.0.0.',
  ],
  [
    'a public address without a scheme',
    { env: { FAIRLEAD_PUBLIC_URL: 'ai.example' } },
    'environment: FAIRLEAD_PUBLIC_URL must be an address that begins with http:// or https://.',
  ],
  ['a proxy by name', { env: { TRUSTED_PROXIES: '10.0.0.1, proxy' } }, proxies(2)],
  ['a range of 33 bits', { env: { TRUSTED_PROXIES: '10.0.0.0/33' } }, proxies(1)],
  [
    'an unknown log level',
    { env: { LOG_LEVEL: 'warning' } },
    'environment: LOG_LEVEL must be one of trace, debug, info, warn, error, silent.',
  ],
  [
    'a misspelt log level',
    { env: { LOG_LEVEL: 'debgu' } },
    'environment: LOG_LEVEL must be one of trace, debug, info, warn, error, silent; did you mean "debug"?',
  ],
  [
    'a database of another kind',
    { env: { DATABASE_URL: 'mysql://me:secret@db/x' } },
    'environment: DATABASE_URL must be an address such as postgres://user:password@host:5432/database; without it Fairlead keeps SQLite in the data directory.',
  ],
  [
    'a database without a name',
    { env: { DATABASE_URL: 'postgres://me:secret@db' } },
    'environment: DATABASE_URL must be an address such as postgres://user:password@host:5432/database; without it Fairlead keeps SQLite in the data directory.',
  ],
  [
    'a database from a file that is not there',
    { env: { DATABASE_URL_FILE: '/run/url' } },
    'environment: DATABASE_URL_FILE names a file that cannot be read: check its path and its permissions, or set DATABASE_URL instead.',
  ],
  [
    'a pepper that is too short',
    { env: { FAIRLEAD_PEPPER: 'abcdef' } },
    'environment: FAIRLEAD_PEPPER must be 32 bytes in hex or base64: take the content of secrets/pepper, as "xxd -p -c 32 data/secrets/pepper" shows it.',
  ],
  [
    'a named file that is not there',
    { env: { FAIRLEAD_CONFIG: 'conf/f.yaml' } },
    'environment: FAIRLEAD_CONFIG names conf/f.yaml, which does not exist: correct the path, or remove FAIRLEAD_CONFIG.',
  ],
  [
    'a file that cannot be read',
    { files: { '/srv/fairlead/fairlead.yaml': new Error('EACCES') } },
    'fairlead.yaml cannot be read: check that it is a file, and its permissions.',
  ],
  [
    'a variable that is not set',
    { yaml: withKey },
    `${keyLine} refers to \${UPSTREAM_KEY}, which is not set: set UPSTREAM_KEY or UPSTREAM_KEY_FILE, or remove the line.`,
  ],
  [
    'a variable that is empty',
    { yaml: withKey, env: { UPSTREAM_KEY: '' } },
    `${keyLine} refers to \${UPSTREAM_KEY}, which is not set: set UPSTREAM_KEY or UPSTREAM_KEY_FILE, or remove the line.`,
  ],
  [
    'a reference to nothing',
    { yaml: oneUpstream(['region: "${}"']) },
    'fairlead.yaml, line 5: upstreams.a.region has a "${" that refers to nothing: write ${NAME}, or $${ for the characters themselves.',
  ],
  [
    'a secret set twice',
    { yaml: withKey, env: { UPSTREAM_KEY: 'k', UPSTREAM_KEY_FILE: '/k' } },
    'environment: UPSTREAM_KEY and UPSTREAM_KEY_FILE are both set: keep one of them.',
  ],
  [
    'a secret in a missing file',
    { yaml: withKey, env: { UPSTREAM_KEY_FILE: '/k' } },
    'environment: UPSTREAM_KEY_FILE names a file that cannot be read: check its path and its permissions, or set UPSTREAM_KEY instead.',
  ],
  [
    'a secret in an unreadable file',
    { env: { OPENAI_API_KEY_FILE: '/k' }, files: { '/k': new Error('EACCES') } },
    'environment: OPENAI_API_KEY_FILE names a file that cannot be read: check its path and its permissions, or set OPENAI_API_KEY instead.',
  ],
  [
    'a secret in an empty file',
    { env: { OPENAI_API_KEY_FILE: '/k' }, files: { '/k': '\n' } },
    'environment: OPENAI_API_KEY_FILE names an empty file: write the value into it, or remove OPENAI_API_KEY_FILE.',
  ],
  [
    'a key of two lines',
    { env: { OPENAI_API_KEY: 'a\nb' } },
    'environment: OPENAI_API_KEY must be one line of printable characters without spaces.',
  ],
];

for (const [what, given, sentence] of cases) {
  test(`${what} is refused with its sentence`, async () => assert.equal(await refusalOf(given), sentence));
}

test('what the environment says holds', async () => {
  const env = {
    PORT: '0',
    HOST: '::1',
    FAIRLEAD_DATA: '../data',
    FAIRLEAD_PUBLIC_URL: 'https://ai.example/',
    TRUSTED_PROXIES: '10.0.0.0/8, ::1,',
    LOG_LEVEL: 'warn',
  };

  const config = await configFrom({ env });

  assert.equal(config.port, 0);
  assert.equal(config.host, '::1');
  assert.equal(config.dataDir, '/srv/data');
  assert.equal(config.publicUrl, 'https://ai.example');
  assert.deepEqual(config.trustedProxies, ['10.0.0.0/8', '::1']);
  assert.equal(config.logLevel, 'warn');
});

test('references are filled in from variables and files, and can be escaped', async () => {
  const yaml = oneUpstream(['api_keys: ["${ONE}", "${TWO}"]', 'region: "$${ONE} ${PLACE}-1"']);

  const config = await configFrom({
    yaml,
    env: { ONE: 'k1', TWO_FILE: 'two', PLACE: 'eu' },
    files: { '/srv/fairlead/two': 'k2\r\n' },
  });

  assert.deepEqual(config.upstreams[0]?.apiKeys, ['k1', 'k2']);
  assert.equal(config.upstreams[0]?.region, '${ONE} eu-1');
});

test('a file that is named is read from there, and errors name it', async () => {
  const files = { '/etc/fairlead.yaml': 'sandbox: 1\n' };

  const sentence = await refusalOf({ env: { FAIRLEAD_CONFIG: '/etc/fairlead.yaml' }, files });

  assert.equal(sentence, '/etc/fairlead.yaml, line 1: sandbox must be true or false.');
});
