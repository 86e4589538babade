import { endReasons } from '#core/generation/end-reason.ts';
import { type EndRecord, type JournalRecord, lossAccounts } from '#core/journal/record.ts';
import { isPayeeName } from '#core/ledger/account.ts';

/** Every amount of this length fits into 64 bits. */
const amountShape = /^\d{1,18}$/;
const usageSources: readonly string[] = ['reported', 'counted', 'estimated'];

/**
 * The end record among what a journal sent, undefined for a begin or a progress. A record that is not whole is
 * `broken`: posting it would stop the whole batch at the database, again and again.
 */
export function readEndRecord(value: unknown): EndRecord | 'broken' | undefined {
  if (typeof value !== 'object' || value === null) return 'broken';
  // A parser: the checks below make it true as far as the books go.
  const record = value as JournalRecord;
  if (record.kind === 'begin' || record.kind === 'progress') return undefined;
  if (record.kind !== 'end' || !isWhole(record)) return 'broken';
  // A journal that an older version wrote, and nobody posted yet, lacks these.
  return { ...record, upstreamProtocol: record.upstreamProtocol ?? null, dropped: record.dropped ?? [] };
}

function isWhole(record: EndRecord): boolean {
  const texts = [record.generation, record.workspace, record.key, record.model, record.surface];
  const lists = [record.uses, record.losses, record.attempts, record.plan, record.excluded, record.splices];
  return (
    texts.every((text) => typeof text === 'string' && text !== '') &&
    lists.every(Array.isArray) &&
    typeof record.usage === 'object' &&
    record.usage !== null &&
    [record.at, record.startedAt, record.status, ...Object.values(record.usage)].every(isCount) &&
    [record.charge, record.hold, record.cost ?? '0'].every(isAmount) &&
    isPayee(record) &&
    record.uses.every((use) => typeof use?.lease === 'string' && isAmount(use.amount)) &&
    record.losses.every((loss) => lossAccounts.includes(loss?.account) && isAmount(loss.amount)) &&
    endReasons.includes(record.endReason) &&
    usageSources.includes(record.usageSource)
  );
}

/** A cost is a part of its charge, and owed to somebody whom an account can be named after. */
function isPayee({ charge, cost = '0', payee }: EndRecord): boolean {
  if (payee === undefined) return cost === '0';
  return isPayeeName(payee) && BigInt(cost) <= BigInt(charge);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isAmount(value: unknown): boolean {
  return typeof value === 'string' && amountShape.test(value);
}
