// Official client programs, unchanged, against a real Fairlead: `node tests/clients/run.ts [--json FILE]`.
// Needs `npm ci --prefix tests/clients`. The last line is `N passed, N failed`.
import { setTimeout as sleep } from 'node:timers/promises';
import { conclude, type Failure, readArguments, say, secondsSince } from '../support/run-result.ts';
import { Fairlead } from './fairlead.ts';
import { answers } from './features/answers.ts';
import { headers } from './features/headers.ts';
import { leaving } from './features/leaving.ts';
import { refusals } from './features/refusals.ts';
import { streams } from './features/streams.ts';
import { tools } from './features/tools.ts';
import { troubles } from './features/troubles.ts';
import { plainFeatures } from './plain.ts';
import { sdks } from './sdk.ts';
import { type Cell, type Row, renderTable } from './table.ts';

const features = [...answers, ...streams, ...tools, ...headers, ...leaving, ...refusals, ...troubles];
const featureMs = 20_000;

/** What a start without configuration offers, with waits that a test can wait for. */
const hastyConfig = `
deadlines: { heartbeat_ms: 250, first_content_ms: 1000, whole_ms: 1000, stall_ms: 900, connect_ms: 500 }
upstreams:
  closed:
    provider: closed
    protocols: [openai-chat]
    base_url: http://127.0.0.1:9/v1
    models: { model: { as: closed/model, price: free } }
`;

const startedAt = performance.now();
const { jsonFile } = readArguments(process.argv.slice(2));
const failures: Failure[] = [];

await using server = await Fairlead.start({ json: true });
await using hasty = await Fairlead.start({ json: true, config: hastyConfig });
// Each request sets its worst case aside, so a dollar does not go far when many run at once.
await Promise.all([server, hasty].map((each) => each.command('wallet', 'credit', '--usd', '50.00')));

const rows: Row[] = [];
for (const { name, run } of features) {
  const cells = await Promise.all(sdks.map((sdk) => attempt(name, sdk.name, () => run({ sdk, server, hasty }))));
  rows.push({ name, cells });
}
const plainRows: Row[] = [];
for (const { name, run } of plainFeatures) {
  plainRows.push({ name, cells: [await attempt(name, 'plain', () => run(server))] });
}

for (const { name, where, error } of failures) say(`\n── ${name}, ${where} ──\n${error}`);
say(
  `\n${renderTable(
    sdks.map(({ name }) => name),
    rows,
  )}\n\n${renderTable(['without an SDK'], plainRows)}\n`,
);
say(
  'Not reached: PermissionDeniedError 403, ConflictError 409, UnprocessableEntityError 422. Nothing here answers so yet.',
);
const cells = [...rows, ...plainRows].flatMap((row) => row.cells);
const passed = cells.filter(({ error }) => error === undefined).length;
const seconds = secondsSince(startedAt);
conclude({ passed, failed: cells.length - passed, skipped: 0, seconds, failures }, jsonFile);

async function attempt(name: string, where: string, run: () => Promise<void>): Promise<Cell> {
  const began = performance.now();
  const ended = new AbortController();
  const late = sleep(featureMs, undefined, { signal: ended.signal, ref: false }).then(() => {
    throw new Error(`not done within ${featureMs} ms`);
  });
  late.catch(() => {});
  const error = await Promise.race([run(), late]).then(
    () => undefined,
    (thrown: unknown) => (thrown instanceof Error ? `${thrown.stack}` : String(thrown)),
  );
  ended.abort();
  if (error !== undefined) failures.push({ name, where, error });
  return { ms: performance.now() - began, error };
}
