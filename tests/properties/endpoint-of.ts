import { freePrice } from '#core/money/price.ts';
import type { Endpoint, ProtocolName } from '#core/routing/endpoint.ts';

type Traits = { readonly enabled: boolean; readonly protocols: readonly ProtocolName[] };

/** An endpoint that is nobody's in particular. */
export function endpointOf(name: string, traits: Partial<Traits> = {}): Endpoint {
  const data = { retentionDays: 0, trains: false, source: 'here', checked: '2026-11-01' };
  const place = {
    provider: 'p',
    seller: 'operator',
    baseUrl: 'http://here',
    type: 'self_hosted',
    region: 'eu',
  } as const;
  const upstream = { name, ...place, data, enabled: true, protocols: ['openai-chat'] as const, ...traits };
  const size = { context: 1_000, maxOutput: 100 };
  return { id: `m@${name}`, model: 'm', upstreamModel: 'm', upstream, price: { id: 'v', price: freePrice }, ...size };
}
