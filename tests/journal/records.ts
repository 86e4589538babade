import type { BeginRecord, EndRecord } from '#core/journal/record.ts';

/** Records as a gateway makes them. */
export function beginOf(generation: string): BeginRecord {
  return {
    kind: 'begin',
    generation,
    at: 1_790_000_000_000,
    workspace: 'ws_01HZX3YV6T7Q8W9E0R1T',
    key: 'key_01HZX3YV6T7Q8W9E0R1T',
    model: 'sandbox/fill',
    surface: '/v1/chat/completions',
    holds: [
      { lease: 'lease_01HZX3YV6T7Q8W9E0R1T', amount: '10000000' },
      { lease: 'lease_01HZX3YV6T7Q8W9E0R1U', amount: '1' },
    ],
    hold: '10000000',
    inputCharge: '12345',
  };
}

export function endOf(generation: string): EndRecord {
  return {
    kind: 'end',
    generation,
    startedAt: 1_790_000_000_000,
    at: 1_790_000_000_999,
    workspace: 'ws_01HZX3YV6T7Q8W9E0R1T',
    key: 'key_01HZX3YV6T7Q8W9E0R1T',
    model: 'sandbox/fill',
    surface: '/v1/chat/completions',
    stream: true,
    status: 200,
    endReason: 'completed',
    fault: null,
    endpoint: 'sandbox/fill@simulator',
    priceVersion: 'price_01HZX3YV6T7Q',
    usage: { input: 100, cachedInput: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 222, reasoning: 0 },
    usageSource: 'reported',
    disputed: false,
    hold: '10000000',
    charge: '123456',
    uses: [
      { lease: 'lease_01HZX3YV6T7Q8W9E0R1T', amount: '123456' },
      { lease: 'lease_01HZX3YV6T7Q8W9E0R1U', amount: '1' },
    ],
    losses: [],
    attempts: [
      {
        endpoint: 'sandbox/fill@simulator',
        provider: 'simulator',
        region: 'local',
        status: 200,
        verdict: 'answered',
        ms: 12,
      },
    ],
    plan: [
      { endpoint: 'sandbox/fill@simulator', why: 'first in file', by: 'order' },
      { endpoint: 'sandbox/fill@other', why: 'second in file' },
    ],
    excluded: [],
    upstreamProtocol: 'openai-chat',
    dropped: ['seed'],
    splices: ['model', 'include_usage'],
    firstContentMs: 9,
    clampedTo: null,
  };
}
