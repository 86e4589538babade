import { countsMedia, type Usage } from '#core/generation/usage.ts';
import type { AttemptRecord, BeginRecord, EndRecord, LeaseUse, ProgressRecord } from './record.ts';

// Copied field by field, so that a record holds nothing but what record.ts declares, whatever object came in. A
// template written by hand was measured at 1.5 times the cost of `JSON.stringify`, which leaves out what is undefined: a
// spread in the midst of a literal would make V8 define each field behind it by a call of its own.

export function encodeBegin(record: BeginRecord): string {
  const { generation, at, workspace, key, model, surface, hold, inputCharge } = record;
  const holds = record.holds.map(leaseUse);
  const closed: BeginRecord = {
    kind: 'begin',
    generation,
    at,
    workspace,
    key,
    model,
    surface,
    holds,
    hold,
    inputCharge,
  };
  return JSON.stringify(closed);
}

export function encodeProgress({ generation, estimate, hold }: ProgressRecord): string {
  const closed: ProgressRecord = { kind: 'progress', generation, estimate, hold };
  return JSON.stringify(closed);
}

/** A record above `lengthMax` loses entries of `excluded`, then of `plan`, from their ends, and says so; nothing else. */
export function encodeEnd(record: EndRecord, lengthMax: number): string {
  const whole = closedEnd(record);
  const text = JSON.stringify(whole);
  return text.length <= lengthMax ? text : trim(whole, lengthMax);
}

/** The generation of an encoded record, without parsing it: the first thing that follows `kind`. */
export function generationOf(payload: string): string {
  const from = payload.indexOf(generationMark) + generationMark.length;
  return payload.slice(from, payload.indexOf('"', from));
}

const generationMark = '"generation":"';

function trim(whole: EndRecord, lengthMax: number): string {
  let { plan, excluded } = whole;
  let text = JSON.stringify(whole);
  while (text.length > lengthMax && plan.length + excluded.length > 0) {
    if (excluded.length > 0) excluded = excluded.slice(0, excluded.length >> 1);
    else plan = plan.slice(0, plan.length >> 1);
    text = JSON.stringify({ ...whole, plan, excluded, trimmed: true } satisfies EndRecord);
  }
  return text;
}

function closedEnd(record: EndRecord): EndRecord {
  return {
    kind: 'end',
    generation: record.generation,
    startedAt: record.startedAt,
    at: record.at,
    workspace: record.workspace,
    key: record.key,
    model: record.model,
    surface: record.surface,
    stream: record.stream,
    status: record.status,
    endReason: record.endReason,
    fault: record.fault,
    endpoint: record.endpoint,
    priceVersion: record.priceVersion,
    usage: usageOf(record.usage),
    usageSource: record.usageSource,
    disputed: record.disputed,
    hold: record.hold,
    charge: record.charge,
    cost: record.payee === undefined ? undefined : (record.cost ?? '0'),
    payee: record.payee,
    uses: record.uses.map(leaseUse),
    losses: record.losses.map(({ account, amount }) => ({ account, amount })),
    attempts: record.attempts.map(attempt),
    plan: record.plan.map(planned),
    excluded: record.excluded.map(reason),
    upstreamProtocol: record.upstreamProtocol,
    dropped: record.dropped,
    splices: record.splices,
    firstContentMs: record.firstContentMs,
    clampedTo: record.clampedTo,
    ownKey: record.ownKey && { id: record.ownKey.id, upstreamCost: record.ownKey.upstreamCost },
  };
}

function usageOf(usage: Usage): Usage {
  const { input, cachedInput, cacheWrite5m, cacheWrite1h, output, reasoning } = usage;
  const tokens = { input, cachedInput, cacheWrite5m, cacheWrite1h, output, reasoning };
  if (!countsMedia(usage)) return tokens;
  const { audioInput = 0, audioOutput = 0, audioSeconds = 0, images = 0 } = usage;
  return { ...tokens, audioInput, audioOutput, audioSeconds, images };
}

function leaseUse({ lease, amount }: LeaseUse): LeaseUse {
  return { lease, amount };
}

function planned({ endpoint, why, by, ownKey }: EndRecord['plan'][number]): EndRecord['plan'][number] {
  const step = by === undefined ? { endpoint, why } : { endpoint, why, by };
  return ownKey === undefined ? step : { ...step, ownKey };
}

function reason({ endpoint, why }: EndRecord['excluded'][number]): EndRecord['excluded'][number] {
  return { endpoint, why };
}

function attempt({ endpoint, provider, region, status, verdict, ms, ownKey }: AttemptRecord): AttemptRecord {
  const closed = { endpoint, provider, region, status, verdict, ms };
  return ownKey === undefined ? closed : { ...closed, ownKey };
}
