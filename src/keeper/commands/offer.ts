import { dayOf, handlingOn } from '#core/routing/data-handling.ts';
import { disclosureOf } from '#core/routing/disclosure.ts';
import { dataRefused } from '#core/routing/eligible.ts';
import { endpointTypeTexts } from '#core/routing/endpoint-type-texts.ts';
import type { EndpointHint } from '#store/hints.ts';
import type { Snapshot } from '../interface/snapshot.ts';
import type { CommandContext } from './command.ts';
import { type Latency, latencies } from './endpoint-latency.ts';
import { toPriceJson } from './models.ts';

/** What is older says nothing of now. */
const freshMs = 1_800_000;

/** What anybody may know of what is offered: models, endpoints, what customers pay, and how they are. No address, no cost of ours. */
export async function showOffer({ store, snapshot, policySettings, now }: CommandContext) {
  const [offered, hints, waits] = await Promise.all([
    snapshot(),
    store.hints.since(now() - freshMs),
    latencies({ store, now }),
  ]);
  const said = async (name: string) => (await store.accounts.setting(`operator.${name}`)) ?? null;
  return {
    at: now(),
    operator: {
      name: policySettings.operator ?? (await said('name')),
      contact: policySettings.contact ?? (await said('contact')),
      public_url: await said('public_url'),
    },
    /** What the type labels of endpoints mean. */
    types: endpointTypeTexts,
    models: modelsOf(offered, { hints: new Map(hints.map((hint) => [hint.endpoint, hint])), waits, now: now() }),
  };
}

type Known = {
  readonly hints: ReadonlyMap<string, EndpointHint>;
  readonly waits: ReadonlyMap<string, Latency>;
  readonly now: number;
};

function modelsOf({ models, upstreams }: Snapshot, { hints, waits, now }: Known) {
  const byName = new Map(upstreams.map((upstream) => [upstream.name, upstream]));
  return models.map(({ id, aliases, context, maxOutput, supports, endpoints }) => ({
    id,
    aliases,
    context,
    max_output: maxOutput,
    supports: supports ?? null,
    endpoints: endpoints.flatMap((endpoint) => {
      const upstream = byName.get(endpoint.upstream);
      if (!upstream?.enabled) return [];
      const { provider, seller, type, region, protocols } = upstream;
      const data = handlingOn(upstream.data, dayOf(now));
      const disclosed = { ...endpoint, upstream };
      const hint = hints.get(endpoint.id);
      return {
        ...{ id: endpoint.id, provider, seller, type, region, protocols },
        quantization: endpoint.quantization ?? 'unknown',
        data: { retention_days: data.retentionDays, trains: data.trains, source: data.source, checked: data.checked },
        price: toPriceJson(endpoint.price),
        refused: dataRefused(disclosed, dayOf(now)) ?? null,
        disclosure: disclosureOf(disclosed, now),
        latency: waits.get(endpoint.id) ?? null,
        out_until: hint?.outUntil ?? null,
        first_content_ms: hint?.firstContentMs ?? null,
        tokens_per_second: hint?.millitokensPerSecond == null ? null : Math.round(hint.millitokensPerSecond / 1_000),
      };
    }),
  }));
}
