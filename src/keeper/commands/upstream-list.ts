import { dayOf, handlingOn } from '#core/routing/data-handling.ts';
import { dataRefused } from '#core/routing/eligible.ts';
import type { Upstream } from '#core/routing/endpoint.ts';
import type { EndpointHint } from '#store/hints.ts';
import type { UpstreamRecord, UpstreamTest } from '#store/upstreams.ts';
import type { SnapshotEndpoint } from '../interface/snapshot.ts';
import type { CommandContext } from './command.ts';
import { toPriceJson } from './models.ts';

/** What is older says nothing of now. */
const freshMs = 1_800_000;

/** What is offered, where it was said, and how it is: no credential, and of the file's upstreams no address. */
export async function listUpstreams(context: CommandContext) {
  const { snapshot, store, now, offered } = context;
  const [{ upstreams, models }, tests, hints] = await Promise.all([
    snapshot(),
    store.upstreams.tests(),
    store.hints.since(now() - freshMs),
  ]);
  const known = { hints: byName(hints, 'endpoint'), tests: byName(tests, 'upstream'), now: now() };
  const ofFile = new Set(offered.file.upstreams.map(({ name }) => name));
  const added = byName(offered.added, 'name');
  const shown = upstreams.map((upstream) => {
    const endpoints = models.flatMap((model) =>
      model.endpoints.flatMap((each) => (each.upstream === upstream.name ? [{ ...each, model: model.id }] : [])),
    );
    const own = ofFile.has(upstream.name) ? undefined : added.get(upstream.name);
    return toJson(context, upstream, { endpoints, own, ...known });
  });
  const overruled = offered.added
    .filter(({ name }) => ofFile.has(name))
    .map((record) => overruledJson(context, record));
  return [...shown, ...overruled];
}

type Known = {
  readonly endpoints: readonly (SnapshotEndpoint & { readonly model: string })[];
  readonly own: UpstreamRecord | undefined;
  readonly hints: ReadonlyMap<string, EndpointHint>;
  readonly tests: ReadonlyMap<string, UpstreamTest>;
  readonly now: number;
};

function toJson({ offered }: CommandContext, upstream: Upstream, { endpoints, own, hints, tests, now }: Known) {
  const { name, provider, seller, type, region, enabled, protocols } = upstream;
  const data = handlingOn(upstream.data, dayOf(now));
  const isOut = (id: string) => (hints.get(id)?.outUntil ?? 0) > now;
  return {
    ...{ name, provider, seller, type, region, enabled, protocols },
    data: { retention_days: data.retentionDays, trains: data.trains, source: data.source, checked: data.checked },
    endpoints: endpoints.length,
    endpoints_out: endpoints.filter(({ id }) => isOut(id)).map(({ id }) => id),
    /** Null: it was added here, and is changed here. */
    decided_by: own ? null : (offered.file.places?.upstreams[name] ?? 'configuration'),
    overruled: false,
    address: own?.origin ?? null,
    credential: own ? credentialOf(own) : null,
    models: endpoints.map((endpoint) => ({
      id: endpoint.id,
      model: endpoint.model,
      upstream_model: endpoint.upstreamModel,
      cost: toPriceJson(endpoint.cost ?? endpoint.price),
      price: toPriceJson(endpoint.price),
      price_decided_by: offered.file.places?.prices[endpoint.id] ?? null,
      refused: dataRefused({ ...endpoint, upstream }, dayOf(now)) ?? null,
      out_until: isOut(endpoint.id) ? (hints.get(endpoint.id)?.outUntil ?? null) : null,
      first_content_ms: hints.get(endpoint.id)?.firstContentMs ?? null,
    })),
    test: testJson(tests.get(name)),
  };
}

/** It was added, and the configuration names another one of the same name since. */
function overruledJson({ offered }: CommandContext, { name, origin }: UpstreamRecord) {
  return {
    ...{ name, provider: '', seller: '', type: '', region: '', enabled: false, protocols: [] },
    data: null,
    ...{ endpoints: 0, endpoints_out: [], models: [], test: null, address: origin, credential: null },
    decided_by: offered.file.places?.upstreams[name] ?? 'configuration',
    overruled: true,
  };
}

function credentialOf({ sealed, hint }: UpstreamRecord): string {
  return sealed === '' ? 'none' : `••••${hint}`;
}

export function testJson(test: UpstreamTest | undefined) {
  if (!test) return null;
  const { at, endpoint, generation, status, ms, fault } = test;
  return { at: new Date(at).toISOString(), ok: fault === null, endpoint, generation, status, ms, fault };
}

function byName<Row, Name extends keyof Row>(rows: readonly Row[], name: Name): ReadonlyMap<Row[Name], Row> {
  return new Map(rows.map((row) => [row[name], row]));
}
