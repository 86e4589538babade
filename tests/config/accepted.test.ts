import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { configFrom, oneUpstream } from './config-from.ts';

const example = readFileSync(new URL('../../fairlead.example.yaml', import.meta.url), 'utf8');
const exampleEnv = { OPENAI_API_KEY: 'k0', CLOUD_KEY_1: 'k1', CLOUD_KEY_2: 'k2' };

test('without file and environment the defaults hold', async () => {
  const config = await configFrom({});

  assert.deepEqual(config, {
    port: 8080,
    host: '127.0.0.1',
    dataDir: '/srv/fairlead/data',
    databaseUrl: undefined,
    pepper: undefined,
    trustKey: undefined,
    deletion: { leftover: 'refund' },
    file: undefined,
    publicUrl: undefined,
    trustedProxies: [],
    logLevel: 'info',
    keyPrefix: 'sk-fl-',
    upstreams: [],
    models: [],
    routing: { strategy: 'adjusted-share', defaultModel: undefined },
    alerts: { webhook: undefined },
    ownKeys: { feeBasisPoints: 0 },
    people: { signUp: 'invited', providers: [] },
    retention: { usageDays: 90 },
    dormancy: { months: 24, noticeDays: 60 },
    contracts: [],
    inspection: { allowed: false, abuseDelayMs: 259_200_000 },
    policy: {
      profile: 'strict',
      operator: undefined,
      contact: undefined,
      jurisdiction: undefined,
      effective: undefined,
      evidence: undefined,
    },
    sandbox: true,
    deadlines: {
      totalMs: 600_000,
      connectMs: 5_000,
      firstContentMs: 60_000,
      failoverMs: 10_000,
      retryBackoffMs: 200,
      retryAfterMs: 3_000,
      ejectMs: 30_000,
      probeMs: 10_000,
      overloadMs: 3_000,
      queueMs: 1_000,
      wholeMs: 300_000,
      stallMs: 60_000,
      heartbeatMs: 15_000,
      callerHeadMs: 10_000,
      callerBodyMs: 10_000,
      callerWriteMs: 60_000,
      drainAcceptMs: 2_000,
      drainMs: 600_000,
    },
    limits: {
      jsonBodyBytesMax: 33_554_432,
      openGenerationsMax: 20_000,
      eventLoopLagMsMax: 200,
      staleMsMax: 48_000,
      heldBytesMax: 268_435_456,
    },
    origins: {},
  });
});

for (const yaml of ['', '# nothing yet\n', 'upstreams:\nmodels:\n', '---\n', '\uFEFFsandbox: true\n']) {
  test(`a file that says nothing is fine: ${JSON.stringify(yaml)}`, async () => {
    const config = await configFrom({ yaml });

    assert.equal(config.file, '/srv/fairlead/fairlead.yaml');
    assert.deepEqual(config.upstreams, []);
    assert.equal(config.sandbox, true);
  });
}

test('the example file is accepted and means what its comments say', async () => {
  const config = await configFrom({ yaml: example, env: exampleEnv });

  const [openai, cloud, own] = config.upstreams;
  assert.deepEqual(
    [openai?.baseUrl, openai?.type, openai?.data.retentionDays],
    ['https://api.openai.com/v1', 'first_party', 30],
  );
  assert.deepEqual(openai?.models[0]?.price.rates, { input: 250_000n, cachedInput: 25_000n, output: 2_000_000n });
  assert.deepEqual(cloud?.apiKeys, ['k1', 'k2']);
  assert.deepEqual(
    cloud?.models.map((model) => model.as),
    ['openai/gpt-5-mini', 'example/long-reader'],
  );
  assert.deepEqual(cloud?.models[1]?.price.tiers, [
    { aboveInput: 200_000, rates: { input: 2_500_000n, output: 15_000_000n } },
  ]);
  assert.deepEqual(own?.data, {
    ...{ retentionDays: 0, trains: false, humanReview: false },
    ...{ source: 'declared by the operator', checked: '' },
  });
  assert.deepEqual(own?.models[0]?.price, { rates: { input: 0n, output: 0n }, tiers: [] });
  assert.deepEqual(config.models[0], {
    id: 'openai/gpt-5-mini',
    context: 400_000,
    maxOutput: 128_000,
    aliases: ['gpt-5-mini'],
    supports: ['tools', 'images', 'structured_output'],
    firstContentMs: 300_000,
  });
});

test('an upstream that says little gets cautious defaults', async () => {
  const config = await configFrom({ yaml: oneUpstream() });

  assert.deepEqual(config.upstreams, [
    {
      name: 'a',
      provider: 'a',
      seller: 'operator',
      protocols: ['openai-chat'],
      baseUrl: 'https://a.example/v1',
      enabled: true,
      type: 'unverified',
      region: 'unknown',
      data: { retentionDays: 'unknown', trains: 'unknown', source: '', checked: '' },
      apiKeys: [],
      models: [{ upstreamModel: 'm', as: 'x/m', price: { rates: { input: 0n, output: 0n }, tiers: [] } }],
    },
  ]);
  assert.deepEqual(config.models, [{ id: 'x/m', context: 128_000, maxOutput: 16_384, aliases: [] }]);
});

test("a provider's type and terms do not follow its name to another address", async () => {
  const yaml = oneUpstream(['provider: openai']);

  const config = await configFrom({ yaml });

  assert.equal(config.upstreams[0]?.type, 'unverified');
  assert.equal(config.upstreams[0]?.data.retentionDays, 'unknown');
});

test("a provider's terms hold behind a relay on this machine, and who runs the models there is still not known", async () => {
  for (const address of ['http://127.0.0.1:9000/v1', 'http://localhost:9000/v1', 'http://[::1]:9000/v1']) {
    const yaml = `upstreams:\n  openai:\n    base_url: ${address}\n    models: { m: { as: x/m, price: free } }\n`;

    const [upstream] = (await configFrom({ yaml })).upstreams;

    assert.deepEqual([upstream?.type, upstream?.data.retentionDays, upstream?.data.trains], ['unverified', 30, false]);
  }
});

test('what the operator says about data stands alone', async () => {
  const yaml = 'upstreams:\n  openai:\n    models: {}\n    data: { trains: false }\n';

  const config = await configFrom({ yaml });

  assert.deepEqual(config.upstreams[0]?.data, {
    retentionDays: 'unknown',
    trains: false,
    source: 'declared by the operator',
    checked: '',
  });
});

test('a tier inherits what it leaves out, and tiers stand in order', async () => {
  const price = '{ input: 1, output: 2, tiers: [{ above_input: 9, input: 4 }, { above_input: 5, output: 3 }] }';

  const config = await configFrom({ yaml: oneUpstream([], `m: { price: ${price} }`) });

  assert.deepEqual(config.upstreams[0]?.models[0]?.price.tiers, [
    { aboveInput: 5, rates: { input: 1_000_000n, output: 3_000_000n } },
    { aboveInput: 9, rates: { input: 4_000_000n, output: 2_000_000n } },
  ]);
});

test('a small context bounds the output that nobody set', async () => {
  const yaml = `${oneUpstream()}models:\n  x/m: { context: 4096 }\n`;

  const config = await configFrom({ yaml });

  assert.deepEqual(config.models, [{ id: 'x/m', context: 4_096, maxOutput: 4_096, aliases: [] }]);
});

test('divide_by divides every deadline, the defaults too', async () => {
  const config = await configFrom({ yaml: 'deadlines: { divide_by: 100, stall_ms: 30 }\n' });

  assert.equal(config.deadlines.stallMs, 1);
  assert.equal(config.deadlines.totalMs, 6_000);
  assert.equal(config.deadlines.drainAcceptMs, 20);
});

test('the configuration is frozen to the bottom', async () => {
  const config = await configFrom({ yaml: example, env: exampleEnv });

  const open: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    if (!Object.isFrozen(value)) open.push(path);
    for (const [name, part] of Object.entries(value)) visit(part, `${path}.${name}`);
  };
  visit(config, 'config');
  assert.deepEqual(open, []);
});
