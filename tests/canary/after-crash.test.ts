// The process dies in the middle of requests, by a signal, by its own memory; with dumps allowed: content lies nowhere afterwards.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CallerCanaries, callerPlaces } from '#cli/privacy/canary-bodies.ts';
import { drawCanaries } from '#cli/privacy/canary-calls.ts';
import { type Secrets, scanBytes, scanFolder } from '#cli/privacy/scan-bytes.ts';
import { call } from '../journeys/caller.ts';
import { eventually, type RunningFairlead, runFairlead, runInFolder } from '../journeys/running-fairlead.ts';
import { startUpstream } from '../journeys/scripted-upstream.ts';
import { callOnce } from './shouting-caller.ts';

const atOnce = 24;
const warmMs = 1_500;
/** So large that parsing a few of them is more than a heap of this size holds. */
const heapMb = 96;
const largeBytes = 24_000_000;
const loud = { LOG_LEVEL: 'trace', DEBUG: '*', NODE_ENV: 'development' };
const canDump = canDumpHere();

type Way = {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly crash: (fairlead: RunningFairlead, content: string) => Promise<void>;
};

const bySignal = (name: string): Way => ({
  name,
  crash: async ({ pid }) => void process.kill(pid, name),
});

const ways: readonly Way[] = [
  ...['SIGABRT', 'SIGQUIT', 'SIGKILL'].map(bySignal),
  {
    name: 'out of memory',
    env: { NODE_OPTIONS: `--max-old-space-size=${heapMb}` },
    async crash({ url, key }, content) {
      const text = `${content} `.repeat(Math.ceil(largeBytes / (content.length + 1)));
      const headers = { 'x-api-key': key, 'anthropic-version': '2023-06-01' };
      const body = { model: 'far/m', max_tokens: 10, messages: [{ role: 'user', content: text }] };
      const asked = Array.from({ length: 12 }, () =>
        call({ url, path: '/v1/messages', headers, body }).catch(() => {}),
      );
      await Promise.all(asked);
    },
  },
];

for (const way of ways) {
  test(`${way.name}: content lies nowhere, neither at once nor after the next start`, async (t) => {
    // As an operator's machine may: then the kernel would write a dump beside what the process works on.
    if (canDump) allowDumps(process.pid);
    const { stem, canaries } = drawCanaries();
    const secrets: Secrets = { 'a token': stem };
    const config = await configWithUpstream(t);
    const fairlead = await runFairlead(t, { config, env: { ...loud, ...way.env } });
    const answered = await crashUnderLoad(fairlead, way, canaries);

    const crashed = scanFolder(fairlead.folder, secrets);
    const said = scanBytes('stderr', Buffer.from(fairlead.stderr()), secrets);
    t.diagnostic(`${answered} answered, ${callerPlaces.length} places, ${crashed.files.length} files`);
    assert.ok(answered > 0);
    assert.deepEqual([...crashed.hits, ...said], []);
    assert.deepEqual(dumpsIn(fairlead.folder), []);

    const again = await runInFolder(t, fairlead.folder, { config, env: loud });
    await again.settledWallet();
    assert.equal(await again.stop(), 0);
    const hits = [
      ...scanFolder(again.folder, secrets).hits,
      ...scanBytes('stderr', Buffer.from(again.stderr()), secrets),
    ];
    assert.deepEqual(hits, []);
  });
}

test('a dump that the kernel writes all the same has registers in it, and no memory', async (t) => {
  if (!canDump) return t.skip('this machine writes no dump beside the process');
  const { canaries } = drawCanaries();
  const fairlead = await runFairlead(t, { config: await configWithUpstream(t), env: loud });
  allowDumps(fairlead.pid);
  await crashUnderLoad(fairlead, bySignal('SIGABRT'), canaries);

  const [dump] = dumpsIn(fairlead.folder);
  assert.ok(dump, 'there is a dump to look into');
  const { size } = statSync(join(fairlead.folder, dump));
  // A process of this kind has a hundred megabytes of memory; what its threads have in registers is some kilobytes each.
  assert.ok(size < 1_000_000, `${size} bytes`);
});

/** Requests with tokens in every place, until it is gone; how many were answered before. */
async function crashUnderLoad(fairlead: RunningFairlead, way: Way, canaries: CallerCanaries): Promise<number> {
  let isOver = false;
  let answered = 0;
  const models = ['sandbox/echo', 'sandbox/slow', 'sandbox/story', 'sandbox/tool', 'far/m'];
  const work = async (first: number) => {
    for (let number = first; !isOver; number += atOnce) {
      const { outcome } = await callOnce(number, models[number % models.length] ?? '', { ...fairlead, canaries });
      if (outcome === '200') answered += 1;
    }
  };
  const working = Array.from({ length: atOnce }, (_, first) => work(first));
  try {
    await sleep(warmMs);
    await way.crash(fairlead, canaries.prompt);
    await eventually(async () => assert.throws(() => process.kill(fairlead.pid, 0)), 30_000);
  } finally {
    isOver = true;
    await Promise.all(working);
  }
  return answered;
}

/** One that speaks OpenAI's dialect alone, so that Anthropic's callers are translated. */
async function configWithUpstream(t: TestContext): Promise<string> {
  const answer = {
    id: 'c',
    choices: [{ index: 0, message: { role: 'assistant', content: 'so it is' }, finish_reason: 'stop' }],
  };
  const upstream = await startUpstream(t, async ({ response, body }) => {
    // What is asked with the large ones stays in memory meanwhile.
    if (body.length > largeBytes / 2) await sleep(5_000);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  const models = 'models: { m: { as: far/m, price: free } }';
  const facts = 'models: { far/m: { context: 1000000000, max_output: 100 } }';
  return `${facts}\nupstreams:\n  far: { base_url: "${upstream.url}", type: self_hosted, api_key: k, protocols: [openai-chat], ${models} }\n`;
}

function allowDumps(pid: number): void {
  execFileSync('prlimit', ['--pid', String(pid), '--core=unlimited:']);
}

function dumpsIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => /^core(\.\d+)?$/.test(name));
}

function mayDump(): boolean {
  return /^Max core file size\s+\S+\s+unlimited/m.test(readFileSync('/proc/self/limits', 'utf8'));
}

/** Who may not raise a limit, or has a machine that sends dumps elsewhere, sees none. */
function canDumpHere(): boolean {
  if (process.platform !== 'linux' || !mayDump()) return false;
  return /^core/.test(readFileSync('/proc/sys/kernel/core_pattern', 'utf8'));
}
