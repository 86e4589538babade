import { noUsage } from '#core/generation/usage.ts';
import type { BeginRecord, EndRecord } from '#core/journal/record.ts';

type Generation = {
  readonly generation: string;
  readonly workspace: string;
  readonly key: string;
  readonly lease: string;
  /** Nano-USD. */
  readonly charge: string;
};

/** A generation that ended well. */
export function endRecord({ generation, workspace, key, lease, charge }: Generation): EndRecord {
  return {
    kind: 'end',
    generation,
    startedAt: 1_790_000_000_000,
    at: 1_790_000_001_000,
    workspace,
    key,
    model: 'sandbox/echo',
    surface: '/v1/chat/completions',
    stream: false,
    status: 200,
    endReason: 'completed',
    fault: null,
    endpoint: 'sandbox/echo@sandbox',
    priceVersion: null,
    usage: { ...noUsage, input: 10, output: 5 },
    usageSource: 'reported',
    disputed: false,
    hold: '1000000',
    charge,
    uses: [{ lease, amount: charge }],
    losses: [],
    attempts: [
      { endpoint: 'sandbox/echo@sandbox', provider: 'sandbox', region: 'local', status: 200, verdict: 'ok', ms: 5 },
    ],
    plan: [{ endpoint: 'sandbox/echo@sandbox', why: 'first' }],
    excluded: [],
    upstreamProtocol: null,
    dropped: [],
    splices: [],
    firstContentMs: 4,
    clampedTo: null,
  };
}

/** A generation that was begun; its hold is a million nano-dollars. */
export function beginRecord({ generation, workspace, key, lease }: Omit<Generation, 'charge'>): BeginRecord {
  return {
    kind: 'begin',
    generation,
    at: 1_790_000_000_000,
    workspace,
    key,
    model: 'sandbox/echo',
    surface: '/v1/chat/completions',
    holds: [{ lease, amount: '1000000' }],
    hold: '1000000',
    inputCharge: '300',
  };
}
