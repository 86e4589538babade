import { httpAddressFlaw, withoutTrailingSlash } from './address.ts';
import type { Catalogue } from './catalogue.ts';
import type { UpstreamConfig } from './config.ts';
import { type ConfigSource, problemAt } from './config-source.ts';
import { readData } from './file-data.ts';
import { fileModels } from './file-models.ts';
import type { FileSettings, UpstreamSettings } from './file-schema.ts';
import { defaultProvider, isOwnAddress, type KnownProvider, knownProvider } from './known-providers.ts';
import { isSandboxName, type Offer } from './offer.ts';
import { upstreamKeys } from './upstream-keys.ts';

export type FileDesk = {
  readonly settings: FileSettings;
  readonly source: ConfigSource;
  readonly catalogue: () => Promise<Catalogue>;
};

/** The upstreams that the file names, in its order. */
export async function toFileUpstreams(desk: FileDesk): Promise<Offer[]> {
  const offers: Offer[] = [];
  for (const [name, settings] of Object.entries(desk.settings.upstreams ?? {})) {
    const offer = await toOffer(name, settings, desk);
    refuseSameAccount(offer.upstream, offers, desk.source);
    offers.push(offer);
  }
  return offers;
}

async function toOffer(name: string, settings: UpstreamSettings, desk: FileDesk): Promise<Offer> {
  const { source } = desk;
  const path = ['upstreams', name];
  if (isSandboxName(name)) {
    throw problemAt(
      source,
      path,
      'has the name of the simulator: choose another, or set "sandbox: true" for the simulator itself.',
    );
  }
  const provider = settings.provider ?? defaultProvider(name);
  const known = knownProvider(provider);
  const baseUrl = readBaseUrl(settings.base_url ?? known?.baseUrl, path, source);
  const ownAddress = known !== undefined && isOwnAddress(known, baseUrl);
  const type = settings.type ?? (ownAddress ? known.type : 'unverified');
  const protocols = settings.protocols ?? known?.protocols ?? ['openai-chat'];
  if (new Set(protocols).size !== protocols.length) {
    throw problemAt(source, [...path, 'protocols'], 'names a protocol twice: keep one of them.');
  }
  const identity = { name, provider, seller: settings.seller ?? 'operator', region: settings.region ?? 'unknown' };
  const apiKeys = upstreamKeys(settings, path, source);
  const data = readData(settings.data, { provider, type, ownAddress });
  const { models, ...learnt } = await fileModels({ name, provider, settings, known: listed(known, ownAddress), desk });
  const enabled = settings.enabled ?? true;
  const upstream = { ...identity, protocols, baseUrl, enabled, type, data, apiKeys, models };
  return { upstream, variable: undefined, ...learnt };
}

/** The catalogue's list of models is that of the provider's own address. */
function listed(known: KnownProvider | undefined, ownAddress: boolean): KnownProvider | undefined {
  return ownAddress ? known : undefined;
}

function readBaseUrl(written: string | undefined, path: readonly string[], source: ConfigSource): string {
  const at = [...path, 'base_url'];
  if (written === undefined) {
    throw problemAt(source, at, 'is missing: add the address of its API, such as https://api.example.com/v1.');
  }
  const flaw = httpAddressFlaw(written);
  if (flaw !== undefined) throw problemAt(source, at, `${flaw}.`);
  return withoutTrailingSlash(written);
}

/** Two names of one account would share its limits and its health without knowing; one per dialect is a choice. */
function refuseSameAccount(upstream: UpstreamConfig, earlier: readonly Offer[], source: ConfigSource): void {
  const same = earlier.find(
    (other) =>
      other.upstream.baseUrl === upstream.baseUrl &&
      other.upstream.apiKeys.some((key) => upstream.apiKeys.includes(key)) &&
      other.upstream.protocols.some((protocol) => upstream.protocols.includes(protocol)),
  );
  if (!same) return;
  const says = `is the same account as upstreams.${same.upstream.name}, by base_url and key: remove one of the two.`;
  throw problemAt(source, ['upstreams', upstream.name], says);
}
