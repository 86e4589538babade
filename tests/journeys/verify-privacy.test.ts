// What an operator runs against a live Fairlead to see that content lies nowhere; its result is signed, and public.
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { call } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead(
  { after },
  { config: 'deadlines: { divide_by: 20 }\n', env: { LOG_LEVEL: 'trace' } },
);
const { url } = fairlead;

type Result = {
  readonly ok: boolean;
  readonly found: number;
  readonly answered: number;
  readonly faults: number;
  readonly log_place: number;
  readonly hits: readonly object[];
  readonly scanned: { readonly files: number; readonly bytes: number; readonly rows: number; readonly log: boolean };
};

test('marked requests and faults pass; files, every row, log, metrics, pages and records hold no mark; /trust shows it', async () => {
  const log = join(fairlead.folder, 'log-of-it');
  const copy = () => {
    // Whole at each moment: whoever looks through half of it finds half.
    writeFileSync(`${log}.new`, fairlead.stderr());
    renameSync(`${log}.new`, log);
  };
  const copying = setInterval(copy, 50);
  const result = await fairlead
    .cli<Result>('verify', 'privacy', '--server', url, '--requests', '120', '--log', log)
    .finally(() => clearInterval(copying));

  assert.deepEqual([result.ok, result.found, result.hits], [true, 0, []]);
  assert.ok(result.answered >= 30 && result.faults > 60, JSON.stringify(result));
  const { files, bytes, rows, log: hasLog } = result.scanned;
  assert.ok(files > 5 && bytes > 1_000_000 && rows > 100 && hasLog, JSON.stringify(result.scanned));

  const trust = JSON.parse((await call({ url, path: '/trust.json', method: 'GET' })).body.toString()) as {
    readonly check: Readonly<Record<string, unknown>>;
  };
  assert.deepEqual(
    [trust.check.ok, trust.check.requests, trust.check.found, trust.check.place],
    [true, 120, 0, result.log_place],
  );
  const page = (await call({ url, path: '/trust', method: 'GET' })).body.toString();
  assert.match(page, /120 marked requests/);
  // It stands in the log, whose head is signed.
  const proven = await fairlead.cli<{ ok: boolean; entries: number }>('verify', 'log');
  assert.equal(proven.ok, true);
  assert.ok(proven.entries > result.log_place);
});

test('the key that it asked with is gone, and what proves nothing is refused', async () => {
  const keys = await fairlead.cli<readonly { name: string }[]>('key', 'list');
  assert.ok(!keys.some(({ name }) => name === 'verify privacy'));
  await assert.rejects(
    fairlead.cli('verify', 'privacy', '--server', url, '--model', 'no/such-model', '--requests', '20'),
    /proves nothing/,
  );
  await assert.rejects(fairlead.cli('verify', 'privacy', '--server', 'http://127.0.0.1:9'), /No Fairlead is ready/);
});
