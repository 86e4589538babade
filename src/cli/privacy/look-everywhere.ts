import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Config } from '#config/config.ts';
import { writeBackup } from '#store/copy/backup-file.ts';
import type { AskKeeper } from '../keeper-client.ts';
import type { CallerCanaries } from './canary-bodies.ts';
import type { CallsMade } from './canary-calls.ts';
import { type Hit, type Secrets, scanBytes, scanFile, scanFolder } from './scan-bytes.ts';

export type LookOptions = {
  readonly config: Config;
  readonly url: string;
  readonly ask: AskKeeper;
  readonly made: CallsMade;
  /** A file that the log goes to. */
  readonly log: string | undefined;
  /** What every token begins with. */
  readonly stem: string;
  readonly canaries: CallerCanaries;
};

export type Looked = {
  readonly scanned: {
    /** Of the data directory: stores with what is written ahead, journal, whatever lies there. */
    readonly files: number;
    readonly bytes: number;
    /** Every row of every table, whatever the database. */
    readonly rows: number;
    readonly log: boolean;
    /** Pages and commands that tell something. */
    readonly answers: number;
  };
  readonly hits: readonly Hit[];
};

const pages = [
  ...['/metrics', '/healthz', '/readyz', '/', '/models', '/status', '/v1/models', '/api/v1/models', '/openapi.json'],
  ...['/privacy.json', '/trust.json', '/subprocessors.json', '/log/entries', '/log/head', '/simulator/stats'],
] as const;

const commands = ['key-list', 'workspace-list', 'usage', 'ledger-accounts', 'abuse-list', 'object-list', 'retention'];
const explainedMax = 2_000;
const pageMs = 10_000;

/** Looks for the tokens wherever this Fairlead keeps or tells something. */
export async function lookEverywhere(options: LookOptions): Promise<Looked> {
  const { config, log, stem } = options;
  // All tokens begin alike: one search finds any of them, and a hit is named afterwards.
  const any: Secrets = { 'a token': stem };
  const folder = scanFolder(config.dataDir, any);
  const table = await inDatabase(config, any);
  const told = await whatIsTold(options);
  const inTold = told.flatMap(([where, text]) => scanBytes(where, Buffer.from(text), any));
  const inLog = log === undefined ? [] : scanFile(log, any).hits;
  return {
    scanned: {
      files: folder.files.length,
      bytes: folder.bytes,
      rows: table.rows,
      log: log !== undefined,
      answers: told.length,
    },
    hits: [...folder.hits, ...table.hits, ...inTold, ...inLog],
  };
}

/** A backup has every row of every table of either engine; this one is read and gone. */
async function inDatabase(
  config: Config,
  any: Secrets,
): Promise<{ readonly rows: number; readonly hits: readonly Hit[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-verify-'));
  try {
    const path = join(folder, 'rows.gz');
    const { rows } = await writeBackup(config, path, {}, Date.now());
    const plain = join(folder, 'rows');
    await pipeline(createReadStream(path), createGunzip(), createWriteStream(plain, { mode: 0o600 }));
    return { rows, hits: scanFile(plain, any).hits.map((hit) => ({ ...hit, where: 'the database' })) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function whatIsTold({ url, ask, made }: LookOptions): Promise<readonly (readonly [string, string])[]> {
  const told: (readonly [string, string])[] = [];
  for (const path of pages) {
    const reply = await fetch(new URL(path, url), { signal: AbortSignal.timeout(pageMs) }).catch(() => undefined);
    if (reply) told.push([path, await reply.text()]);
  }
  for (const name of commands) {
    const value = await ask(name, {}).catch(() => undefined);
    if (value !== undefined) told.push([name, JSON.stringify(value)]);
  }
  for (const generation of made.generations.slice(0, explainedMax)) {
    const value = await ask('explain', { generation }).catch(() => undefined);
    if (value !== undefined) told.push([`the record of ${generation}`, JSON.stringify(value)]);
  }
  return told;
}
