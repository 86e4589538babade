// The first mile of a stranger: a clean clone, `npm ci && npm start`, the printed curl line. Times both parts.
// Plain JavaScript, because it runs on whatever Node the machine has, before our own is installed.
//
//   node tests/support/first-mile.mjs [--into FOLDER] [--strict] [--json FILE]
//
// --into keeps the clone, with what was installed, in a folder that does not exist yet. --strict: a missed goal fails.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const firstAnswerGoalSeconds = 60;
const startGoalSeconds = 2;
const installLimitMs = 10 * 60_000;
const startLimitMs = 60_000;
const stopLimitMs = 20_000;

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const argv = process.argv.slice(2);
const checks = [];
const measured = {};

const scratch = mkdtempSync(join(tmpdir(), 'fairlead-first-mile-'));
const folder = resolve(optionOf('--into') ?? join(scratch, 'fairlead'));
/** The process group of the command that runs now, so that nothing outlives this script. */
let running;
process.on('exit', () => {
  killGroup('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

try {
  await main();
} catch (error) {
  check(error instanceof Error ? error.message : String(error), false);
}
conclude();

async function main() {
  clone();
  const env = await strangersEnvironment();
  say(`Node of this machine: ${versionOf('node', env)}, npm ${versionOf('npm', env)}`);

  const typed = performance.now();
  const install = run('npm', ['ci'], env);
  const code = await within(install.ended, installLimitMs);
  measured.installSeconds = secondsSince(typed);
  check(`npm ci (${measured.installSeconds} s)`, code === 0, install.output());
  if (code !== 0) return;

  const started = performance.now();
  const server = run('npm', ['start'], env);
  const curl = await within(Promise.race([server.line(/^curl /m), server.ended]), startLimitMs);
  measured.startSeconds = secondsSince(started);
  check(
    `npm start prints its address, a key and a curl line (${measured.startSeconds} s)`,
    typeof curl === 'string',
    server.output(),
  );
  if (typeof curl !== 'string') return;
  const address = /^Fairlead (http\S+)/m.exec(server.output())?.[1] ?? '';
  check(
    'the address comes first',
    server.output().includes(`Fairlead ${address}\n`) && address !== '',
    server.output(),
  );
  check(
    'a set-up link and a key are printed',
    /^Set-up http/m.test(server.output()) && /^Key sk-fl-/m.test(server.output()),
  );

  const answer = spawnSync('sh', ['-c', curl], { encoding: 'utf8', env, timeout: 30_000 });
  measured.firstAnswerSeconds = secondsSince(typed);
  const answered =
    answer.status === 0 && !/"error"/.test(answer.stdout) && /"choices"|"delta"|data:/.test(answer.stdout);
  check('the curl line works as it stands', answered, `${answer.stdout}\n${answer.stderr}`);

  goal('from typing to the first answer', measured.firstAnswerSeconds, firstAnswerGoalSeconds);
  goal("the server's own start", measured.startSeconds, startGoalSeconds);
  await stop(server, address);
}

/** A clone of what is committed: what a stranger gets. */
function clone() {
  if (existsSync(folder)) throw new Error(`${folder} exists already`);
  const home = join(scratch, 'home');
  mkdirSync(home);
  // In a container the checkout may belong to somebody else, which git refuses without this.
  const gitconfig = join(scratch, 'gitconfig');
  writeFileSync(gitconfig, '[safe]\n\tdirectory = *\n');
  const env = { ...process.env, GIT_CONFIG_GLOBAL: gitconfig, GIT_TERMINAL_PROMPT: '0' };
  const { status, stderr } = spawnSync('git', ['clone', '--quiet', '--no-hardlinks', repository, folder], {
    env,
    encoding: 'utf8',
  });
  check('git clone', status === 0, stderr);
  if (status !== 0) throw new Error('no clone');
}

/** The shell of somebody who has never heard of us: no Node of ours, no settings, no keys. */
async function strangersEnvironment() {
  const ours =
    /^(npm_|FAIRLEAD_|OTEL_|DATABASE_URL|PORT$|HOST$|TRUSTED_PROXIES|LOG_LEVEL|NODE_OPTIONS$|INIT_CWD$|NODE$)|_API_KEY(_FILE)?$/;
  const kept = Object.entries(process.env).filter(
    ([name]) => !ours.test(name) || /^npm_config_(registry|cache|.*_proxy)$/i.test(name),
  );
  const path = (process.env.PATH ?? '')
    .split(':')
    .filter((part) => !part.includes('node_modules') && !part.includes('node-gyp-bin'));
  const env = { ...Object.fromEntries(kept), PATH: path.join(':') };
  if (await isFree(8080)) return env;
  say('Port 8080 is taken on this machine: started with PORT=0.');
  return { ...env, PORT: '0' };
}

function isFree(port) {
  return new Promise((settle) => {
    const probe = createServer();
    probe.once('error', () => settle(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => settle(true)));
  });
}

function run(command, args, env) {
  let text = '';
  const waiting = [];
  const child = spawn(command, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  running = child.pid;
  const take = (chunk) => {
    text += chunk.toString('utf8');
    for (const { pattern, settle } of waiting) {
      const found = text
        .split('\n')
        .slice(0, -1)
        .find((line) => pattern.test(line));
      if (found !== undefined) settle(found);
    }
  };
  child.stdout.on('data', take);
  child.stderr.on('data', (chunk) => {
    text += chunk.toString('utf8');
  });
  const ended = new Promise((settle) => {
    child.on('error', () => settle(1));
    child.on('close', (code) => settle(code ?? 1));
  });
  const line = (pattern) => new Promise((settle) => waiting.push({ pattern, settle }));
  return { pid: child.pid, ended, line, output: () => text };
}

/** Stops the server as Ctrl-C in a terminal does: one signal to the whole group of the command. */
async function stop(server, address) {
  const told = performance.now();
  killGroup('SIGINT');
  await within(server.ended, stopLimitMs);
  const answers = await isAnswering(address);
  check(`the server stops when it is told to (${secondsSince(told)} s)`, !answers, server.output().slice(-2_000));
}

async function isAnswering(address) {
  try {
    await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(2_000) });
    return true;
  } catch {
    return false;
  }
}

function killGroup(signal) {
  if (running === undefined) return;
  try {
    process.kill(-running, signal);
  } catch {
    // It has ended.
  }
}

/** Undefined when it took too long. */
function within(promise, limitMs) {
  let timer;
  const limit = new Promise((settle) => {
    timer = setTimeout(settle, limitMs);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

function versionOf(command, env) {
  return spawnSync(command, ['--version'], { env, encoding: 'utf8' }).stdout?.trim() || 'absent';
}

function goal(what, seconds, limit) {
  const met = seconds <= limit;
  if (argv.includes('--strict')) check(`${what}: ${seconds} s (at most ${limit} s)`, met);
  else say(`  ${what}: ${seconds} s (goal ${limit} s, ${met ? 'met' : 'MISSED'})`);
}

function check(what, ok, detail) {
  checks.push({ what, ok });
  say(`${ok ? '✔' : '✖'} ${what}`);
  if (!ok && detail) say(detail.trim().replace(/^/gm, '  │ '));
}

function conclude() {
  const failed = checks.filter(({ ok }) => !ok).length;
  const passed = checks.length - failed;
  const file = optionOf('--json');
  if (file) writeFileSync(file, `${JSON.stringify({ passed, failed, ...measured, checks }, undefined, 2)}\n`);
  say(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

function optionOf(option) {
  const at = argv.indexOf(option);
  return at === -1 ? undefined : argv[at + 1];
}

function secondsSince(start) {
  return Math.round((performance.now() - start) / 10) / 100;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
