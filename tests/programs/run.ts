// Real coding agents complete a task with a tool call through Fairlead, at each upstream dialect:
// `node tests/programs/run.ts [--program codex] [--upstream gemini] [--installed FOLDER] [--report FILE]`.
// `npm ci --prefix tests/programs` first, which takes 1.1 GB. CI runs all of it; it is in no other tier.
//
// The simulator's tool model calls the first tool that it is offered, and every text in the arguments is "harbour".
// So each run finds a file and a command of that name, which say a word that nobody else knows: a program that prints
// the word has run the tool, given the result to the model, and shown the model's answer.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fairlead } from '../clients/fairlead.ts';
import { type Column, configFor, sandboxColumn, upstreamColumns } from '../clients/grid/columns.ts';
import { type Exchange, Recorder, textOf } from '../clients/grid/recorder.ts';
import { SimulatorProcess } from '../clients/grid/simulator-process.ts';
import { conclude, type Failure, readArguments, repository, say, secondsSince } from '../support/run-result.ts';
import { type Program, programs } from './programs.ts';

const runMs = 90_000;
const runsAtOnce = 2;
const shownMax = 4_000;

type Outcome = { readonly error: string | undefined; readonly seconds: number };

const startedAt = performance.now();
const { jsonFile, environment } = readArguments(process.argv.slice(2));
const installed = environment.FAIRLEAD_TEST_INSTALLED ?? import.meta.dirname;
const reportFile = environment.FAIRLEAD_TEST_REPORT;
const failures: Failure[] = [];
const reports: string[] = [];

await using simulator = await SimulatorProcess.start();
await using upstream = await Recorder.open(simulator.url);
await using fairlead = await Fairlead.start({ json: true, config: configFor(upstream.url) });
await fairlead.command('wallet', 'credit', '--usd', '900.00');

const chosen = programs.filter(({ name, surface }) =>
  `${name} ${surface}`.includes(environment.FAIRLEAD_TEST_PROGRAM ?? ''),
);
const columns = [sandboxColumn, ...upstreamColumns].filter(({ name }) =>
  name.includes(environment.FAIRLEAD_TEST_UPSTREAM ?? ''),
);
const outcomes = new Map<Program, Outcome[]>(chosen.map((program) => [program, []]));
const jobs = chosen.flatMap((program) => columns.map((column, index) => ({ program, column, index }))).values();
await Promise.all(Array.from({ length: runsAtOnce }, work));

const texts = [
  ['', '', ...columns.map(({ name }) => name)],
  ...chosen.map((program) => [program.name, program.surface, ...(outcomes.get(program) ?? []).map(showOutcome)]),
];
const widths = (texts[0] ?? []).map((_, at) => Math.max(...texts.map((line) => line[at]?.length ?? 0)));
for (const { where, error } of failures) say(`✖ ${where}: ${error}`);
say('');
for (const line of texts)
  say(
    line
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
say('');
if (reportFile !== undefined) writeFileSync(reportFile, `${reports.join('\n\n')}\n`);
const passed = chosen.length * columns.length - failures.length;
conclude({ passed, failed: failures.length, skipped: 0, seconds: secondsSince(startedAt), failures }, jsonFile);

async function work(): Promise<void> {
  for (const { program, column, index } of jobs) {
    const line = outcomes.get(program);
    const began = performance.now();
    const error = await attempt(program, column);
    if (line !== undefined) line[index] = { error, seconds: secondsSince(began) };
    const where = `${program.name} ${program.surface} → ${column.name}`;
    if (error !== undefined) failures.push({ name: program.name, where, error });
  }
}

function showOutcome({ error, seconds }: Outcome): string {
  return `${error === undefined ? 'ok' : 'FAILED'} ${seconds} s`;
}

async function attempt(program: Program, column: Column): Promise<string | undefined> {
  await using front = await Recorder.open(fairlead.url);
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-programs-'));
  try {
    const word = `lantern${Math.floor(Math.random() * 1e9)}`;
    const [home, here] = setUp(folder, word);
    const task = { home, work: here, url: front.url, key: fairlead.key, model: column.model('tool') };
    const start = program.prepare({ ...task, prompt: 'Say what the harbour says' });
    const { printed, code } = await run(start, { home, here, folder });
    const error = judge({ printed, code, word, asked: front.exchanges });
    if (error !== undefined)
      reports.push(
        describe(`${program.name} ${program.surface} → ${column.name}`, { error, printed, asked: front.exchanges }),
      );
    return error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file to read and a command to run, both called as the simulator fills in every text. */
function setUp(folder: string, word: string): [home: string, here: string] {
  const [home, here, bin] = ['home', 'work', 'bin'].map((name) => join(folder, name)) as [string, string, string];
  for (const each of [home, here, bin]) mkdirSync(each);
  // A login shell forgets the PATH that it was started with.
  writeFileSync(join(home, '.profile'), `export PATH=${bin}:$PATH\n`);
  writeFileSync(join(here, 'harbour'), `${word}\n`);
  writeFileSync(join(bin, 'harbour'), `#!/bin/sh\necho ${word}\n`);
  chmodSync(join(bin, 'harbour'), 0o755);
  return [home, here];
}

type Places = { readonly home: string; readonly here: string; readonly folder: string };

function run({ command, args, env }: ReturnType<Program['prepare']>, { home, here, folder }: Places) {
  const programsFolder = join(installed, 'node_modules', '.bin');
  const ourNode = join(repository, 'node_modules', '.bin');
  const path = [join(folder, 'bin'), ourNode, process.env.PATH].join(':');
  const child = spawn(join(programsFolder, command), args, {
    cwd: here,
    env: { PATH: path, HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), runMs);
  const printed: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (part: string) => printed.push(part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => printed.push(part));
  return new Promise<{ printed: string; code: number | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ printed: printed.join(''), code });
    });
  });
}

type Ran = {
  readonly printed: string;
  readonly code: number | null;
  readonly word: string;
  readonly asked: readonly Exchange[];
};

function judge({ printed, code, word, asked }: Ran): string | undefined {
  const refused = asked.find(({ status }) => status >= 400);
  const last = printed.trim().split('\n').slice(-2).join(' ').slice(0, 300);
  if (refused !== undefined) return `${refused.status} on ${refused.path}: ${textOf(refused.reply).slice(0, 300)}`;
  if (code !== 0) return `ended with ${code}: ${last}`;
  const answered = asked.some(({ request }) => request.includes(word));
  if (!answered) return `the tool's result never came back to the model; printed: ${last}`;
  const shows = new RegExp(`The tool answered:[^]*${word}`).test(printed);
  return shows ? undefined : `did not print the final answer; printed: ${last}`;
}

function describe(title: string, ran: { error: string; printed: string; asked: readonly Exchange[] }): string {
  const fence = '```';
  const block = (text: string) => `${fence}\n${text.slice(0, shownMax)}\n${fence}`;
  const exchanges = ran.asked.map(
    ({ method, path, status, request, reply }) =>
      `${method} ${path} → ${status}\n${block(textOf(request))}\n${block(textOf(reply))}`,
  );
  return [`# ${title}`, ran.error, block(ran.printed), ...exchanges].join('\n\n');
}
