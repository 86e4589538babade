import { endReasons } from '#core/generation/end-reason.ts';
import type { UsageSource } from '#core/generation/usage.ts';
import type { AttemptRecord } from '#core/journal/record.ts';
import type { GenerationsAsk } from '../generations-ask.ts';
import type { GenerationRow } from '../store.ts';
import { mediaColumns, mediaNames, readMedia } from './media-columns.ts';
import { amount, flag, text, textOrNull, whole, wholeOrNull, word } from './read-row.ts';
import type { Row, Sql } from './sql.ts';

const usageSources = ['reported', 'counted', 'estimated'] as const satisfies readonly UsageSource[];

/** The usage log: ninety days of what was asked for, how it went and what it cost. */
const log = {
  table: 'generation',
  columns: [
    ...['id', 'workspace', 'key', 'model', 'surface', 'stream', 'status', 'end_reason', 'fault', 'endpoint'],
    ...['price_version', 'input', 'cached_input', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'],
    ...mediaNames,
    ...['usage_source', 'disputed', 'hold', 'charge', 'payable', 'attempts', 'plan', 'excluded', 'upstream_protocol'],
    ...['dropped', 'splices', 'first_content_ms', 'clamped_to', 'trimmed', 'started_at', 'ended_at'],
    ...['receipt_batch', 'receipt_place'],
    ...['own_key', 'upstream_cost'],
  ],
} as const;

/** @param receipts the batch that their receipts are in, in the same order. */
export async function addGenerations(sql: Sql, rows: readonly GenerationRow[], receipts: string | null): Promise<void> {
  const place = (index: number) => (receipts === null ? null : index);
  await sql.insert(
    log,
    rows.map((row, index) => ({ ...toColumns(row), receipt_batch: receipts, receipt_place: place(index) })),
  );
}

export async function findGeneration(sql: Sql, id: string): Promise<GenerationRow | undefined> {
  const row = await sql.one(`select ${log.columns.join(', ')} from generation where id = :id`, { id });
  return row && toGenerationRow(row);
}

/** Of one workspace, and of one of its keys where one is named: the newest first, from before an id on. */
export async function listGenerations(sql: Sql, ask: GenerationsAsk): Promise<readonly GenerationRow[]> {
  const { workspace, key, before, limit } = ask;
  const where = ['workspace = :workspace', ...(before ? ['id < :before'] : []), ...(key ? ['key = :key'] : [])];
  const rows = await sql.all(
    `select ${log.columns.join(', ')} from generation where ${where.join(' and ')} order by id desc limit :limit`,
    { workspace, limit, ...(before ? { before } : {}), ...(key ? { key } : {}) },
  );
  return rows.map(toGenerationRow);
}

function toColumns(row: GenerationRow) {
  const { usage } = row;
  return {
    id: row.generation,
    workspace: row.workspace,
    key: row.key,
    model: row.model,
    surface: row.surface,
    stream: row.stream ? 1 : 0,
    status: row.status,
    end_reason: row.endReason,
    fault: row.fault,
    endpoint: row.endpoint,
    price_version: row.priceVersion,
    input: usage.input,
    cached_input: usage.cachedInput,
    cache_write_5m: usage.cacheWrite5m,
    cache_write_1h: usage.cacheWrite1h,
    output: usage.output,
    reasoning: usage.reasoning,
    ...mediaColumns(usage),
    usage_source: row.usageSource,
    disputed: row.disputed ? 1 : 0,
    hold: BigInt(row.hold),
    charge: BigInt(row.charge),
    payable: BigInt(row.payable),
    attempts: jsonOf(row.attempts),
    plan: jsonOf(row.plan),
    excluded: jsonOf(row.excluded),
    upstream_protocol: row.upstreamProtocol,
    dropped: jsonOf(row.dropped),
    splices: jsonOf(row.splices),
    // A gateway's stopwatch has fractions.
    first_content_ms: row.firstContentMs === null ? null : Math.round(row.firstContentMs),
    clamped_to: row.clampedTo,
    trimmed: row.trimmed ? 1 : 0,
    started_at: Math.round(row.startedAt),
    ended_at: Math.round(row.at),
    own_key: row.ownKey?.id ?? null,
    upstream_cost: row.ownKey ? BigInt(row.ownKey.upstreamCost) : null,
  };
}

function jsonOf(list: readonly unknown[]): string {
  return list.length === 0 ? '[]' : JSON.stringify(list);
}

function toGenerationRow(row: Row): GenerationRow {
  return {
    generation: text(row, 'id'),
    startedAt: whole(row, 'started_at'),
    at: whole(row, 'ended_at'),
    workspace: text(row, 'workspace'),
    key: text(row, 'key'),
    model: text(row, 'model'),
    surface: text(row, 'surface'),
    stream: flag(row, 'stream'),
    status: whole(row, 'status'),
    endReason: word(row, 'end_reason', endReasons),
    fault: textOrNull(row, 'fault'),
    endpoint: textOrNull(row, 'endpoint'),
    priceVersion: textOrNull(row, 'price_version'),
    usage: {
      input: whole(row, 'input'),
      cachedInput: whole(row, 'cached_input'),
      cacheWrite5m: whole(row, 'cache_write_5m'),
      cacheWrite1h: whole(row, 'cache_write_1h'),
      output: whole(row, 'output'),
      reasoning: whole(row, 'reasoning'),
      ...readMedia(row),
    },
    usageSource: word(row, 'usage_source', usageSources),
    disputed: flag(row, 'disputed'),
    hold: String(amount(row, 'hold')),
    charge: String(amount(row, 'charge')),
    payable: String(amount(row, 'payable')),
    // A parser: these columns hold what `toColumns` wrote there.
    attempts: JSON.parse(text(row, 'attempts')) as readonly AttemptRecord[],
    plan: JSON.parse(text(row, 'plan')) as GenerationRow['plan'],
    excluded: JSON.parse(text(row, 'excluded')) as GenerationRow['excluded'],
    upstreamProtocol: textOrNull(row, 'upstream_protocol'),
    dropped: JSON.parse(text(row, 'dropped')) as GenerationRow['dropped'],
    splices: JSON.parse(text(row, 'splices')) as readonly string[],
    firstContentMs: wholeOrNull(row, 'first_content_ms'),
    clampedTo: wholeOrNull(row, 'clamped_to'),
    ...(flag(row, 'trimmed') ? { trimmed: true as const } : {}),
    ...receiptOf(row),
    ...ownKeyOf(row),
  };
}

function receiptOf(row: Row): Pick<GenerationRow, 'receipt'> {
  const batch = textOrNull(row, 'receipt_batch');
  return batch === null ? {} : { receipt: { batch, place: whole(row, 'receipt_place') } };
}

function ownKeyOf(row: Row): Pick<GenerationRow, 'ownKey'> {
  const id = textOrNull(row, 'own_key');
  return id === null ? {} : { ownKey: { id, upstreamCost: String(amount(row, 'upstream_cost')) } };
}
