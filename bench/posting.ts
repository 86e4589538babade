// What posting a generation costs the keeper, in this process, on SQLite in a fresh folder: CPU, not time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndRecord } from '../src/core/journal/record.ts';
import { encodeFrame, FrameReader } from '../src/keeper/interface/framing.ts';
import { readMessage } from '../src/keeper/peers/read-message.ts';
import { readEndRecord } from '../src/keeper/posting/read-end-record.ts';
import { TrustDesk } from '../src/keeper/trust/trust-desk.ts';
import { openStore } from '../src/store/open-store.ts';
import type { Store } from '../src/store/store.ts';
import type { PostingFigure } from './figures.ts';
import { percentile } from './statistics.ts';

/** What a journal sends in 20 ms and in half a second at 500 a second, and the most that it sends at once. */
const batchSizes = [10, 250, 500];
const warmRecords = 6_000;
const recordsPerRun = 2_000;
const runs = 7;

export async function measurePosting(): Promise<readonly PostingFigure[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-posting-'));
  const store = await openStore({ dataDir });
  try {
    const desk = await openDesk(store, dataDir);
    const figures: PostingFigure[] = [];
    for (const batch of batchSizes) figures.push(await measureBatches(store, desk, batch));
    return figures;
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureBatches(store: Store, desk: TrustDesk, batch: number): Promise<PostingFigure> {
  const place = await openLease(store);
  const next = () => Array.from({ length: batch }, () => recordOf(place));
  const readAll = (records: readonly EndRecord[]) => read(frameOf(records));
  const seal = (records: readonly EndRecord[]) =>
    desk.seal(
      records.map((record) => ({ ...record, payable: record.charge })),
      Date.now(),
    );
  const post = (records: readonly EndRecord[]) => store.postings.post(records, Date.now(), desk.seal);
  return {
    batch,
    read: await time(batch, () => next(), readAll),
    receipts: await time(batch, next, seal),
    posting: await time(batch, next, post),
  };
}

/** Median of the runs, µs of CPU for each record; what makes the records is not counted. */
async function time<Given>(batch: number, make: () => Given, work: (given: Given) => unknown): Promise<number> {
  for (let warm = 0; warm < warmRecords; warm += batch) await work(make());
  const each: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const given = Array.from({ length: recordsPerRun / batch }, make);
    const before = process.cpuUsage();
    for (const records of given) await work(records);
    const { user, system } = process.cpuUsage(before);
    each.push((user + system) / recordsPerRun);
  }
  return percentile(
    each.toSorted((one, other) => one - other),
    50,
  );
}

function frameOf(records: readonly EndRecord[]): Buffer {
  return encodeFrame({ kind: 'ended', through: records.length, records });
}

function read(frame: Buffer): number {
  let whole = 0;
  for (const message of new FrameReader().push(frame)) {
    const ended = readMessage(message);
    if (ended.kind !== 'ended') throw new Error('what was ended is told as something else');
    whole += ended.records.map(readEndRecord).filter((record) => record !== 'broken').length;
  }
  return whole;
}

function openDesk(store: Store, dataDir: string): Promise<TrustDesk> {
  const facts = { policy: () => '2026-11-01.1', endpoint: () => ({ type: 'self_hosted', seller: 'operator' }) };
  return TrustDesk.open(store.trust, { dataDir }, facts, Date.now());
}

type Place = { readonly workspace: string; readonly key: string; readonly lease: string };

let made = 0;

async function openLease(store: Store): Promise<Place> {
  const now = Date.now();
  made += 1;
  const workspace = await store.accounts.createWorkspace({ name: `bench-${made}`, creditNano: 10n ** 15n, now });
  if (workspace === 'taken') throw new Error('the name is taken');
  const wallet = await store.accounts.wallet(workspace.id);
  const [lease, allowance] = [`lease-${made}`, wallet?.wallet ?? ''];
  await store.leases.keepAlive('bench', now + 3_600_000);
  const amount = 10n ** 14n;
  const want = { allowance, lease, have: 0n, need: amount, wanted: amount, target: 0n };
  const granted = await store.leases.grant('bench', [want], now);
  if (granted.kind !== 'granted') throw new Error('the bench was granted nothing');
  return { workspace: workspace.id, key: 'key_bench', lease };
}

/** As a warm request of 1 KB leaves it behind. */
function recordOf({ workspace, key, lease }: Place): EndRecord {
  made += 1;
  const at = Date.now();
  const endpoint = 'bench/bench@bench';
  return {
    ...{ kind: 'end', generation: `gen-${String(made).padStart(26, '0')}`, startedAt: at - 12, at, workspace, key },
    ...{ model: 'bench/bench', surface: '/v1/chat/completions', stream: false, status: 200, endReason: 'completed' },
    ...{ fault: null, endpoint, priceVersion: 'prc_1', usageSource: 'reported', disputed: false },
    usage: { input: 250, cachedInput: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 200, reasoning: 0 },
    ...{ hold: '2310000', charge: '462500', cost: '462500', payee: 'provider:bench' },
    uses: [{ lease, amount: '462500' }],
    losses: [],
    attempts: [{ endpoint, provider: 'bench', region: 'local', status: 200, verdict: 'ok', ms: 11 }],
    plan: [{ endpoint, why: 'first', by: 'adjusted-share' }],
    ...{ excluded: [], upstreamProtocol: 'openai-chat', dropped: [], splices: ['model'] },
    ...{ firstContentMs: 11.25, clampedTo: null },
  };
}
