import type { CloudName, ProtocolName } from '#core/routing/endpoint.ts';
import { cloudAddressFlaw, httpAddressFlaw, isThisMachine, withoutTrailingSlash } from './address.ts';
import type { UpstreamConfig } from './config.ts';
import { type ConfigSource, problemAt } from './config-source.ts';
import { cloudAddress, cloudOf, cloudProtocols, isCloudAddress, protocolFlaw, readCloudAccess } from './file-cloud.ts';
import { readData } from './file-data.ts';
import type { FileDesk } from './file-desk.ts';
import { fileModels } from './file-models.ts';
import type { UpstreamSettings } from './file-schema.ts';
import { defaultProvider, isOwnAddress, type KnownProvider, knownProvider } from './known-providers.ts';
import { isSandboxName, type Offer } from './offer.ts';
import { upstreamKeys } from './upstream-keys.ts';

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
  const cloud = cloudOf(settings, provider);
  const cloudAccess = readCloudAccess(cloud, settings, { path, source });
  const written = settings.base_url ?? (cloud ? cloudAddress(cloud, settings) : known?.baseUrl);
  const baseUrl = readBaseUrl(written, { path, source, cloud });
  const ownAddress = known !== undefined && isOwnAddress(known, baseUrl);
  const isCloud = isCloudAddress(cloud, baseUrl);
  const type = settings.type ?? (ownAddress ? known.type : isCloud ? 'cloud_partner' : 'unverified');
  const protocols = settings.protocols ?? cloudProtocols(cloud) ?? known?.protocols ?? ['openai-chat'];
  refuseProtocols(protocols, { path, source, cloud });
  const identity = { name, provider, seller: settings.seller ?? 'operator', region: settings.region ?? 'unknown' };
  const apiKeys = upstreamKeys(settings, path, source);
  const reachesProvider = ownAddress || isThisMachine(baseUrl);
  const data = readData(settings.data, { provider, type, reachesProvider });
  const { models, ...learnt } = await fileModels({ name, provider, settings, known: listed(known, ownAddress), desk });
  const enabled = settings.enabled ?? true;
  const clouded = cloud ? { cloud, ...(cloudAccess ? { cloudAccess } : {}) } : {};
  const upstream = { ...identity, protocols, baseUrl, enabled, type, data, apiKeys, ...clouded, models };
  return { upstream, variable: undefined, ...learnt };
}

function refuseProtocols(protocols: readonly ProtocolName[], { path, source, cloud }: AddressPlace): void {
  if (new Set(protocols).size !== protocols.length) {
    throw problemAt(source, [...path, 'protocols'], 'names a protocol twice: keep one of them.');
  }
  for (const [index, protocol] of protocols.entries()) {
    const flaw = protocolFlaw(cloud, protocol);
    if (flaw !== undefined) throw problemAt(source, [...path, 'protocols', index], flaw);
  }
}

/** The catalogue's list of models is that of the provider's own address. */
function listed(known: KnownProvider | undefined, ownAddress: boolean): KnownProvider | undefined {
  return ownAddress ? known : undefined;
}

type AddressPlace = {
  readonly path: readonly string[];
  readonly source: ConfigSource;
  readonly cloud: CloudName | undefined;
};

function readBaseUrl(written: string | undefined, { path, source, cloud }: AddressPlace): string {
  const at = [...path, 'base_url'];
  if (written === undefined) {
    throw problemAt(source, at, 'is missing: add the address of its API, such as https://api.example.com/v1.');
  }
  const flaw = cloud === 'azure' ? cloudAddressFlaw(written) : httpAddressFlaw(written);
  if (flaw !== undefined) throw problemAt(source, at, `${flaw}.`);
  return cloud === 'azure' ? written.replace(/\/+(?=\?|$)/, '') : withoutTrailingSlash(written);
}

/** Two names of one account would share its limits and its health without knowing; one per dialect is a choice. */
function refuseSameAccount(upstream: UpstreamConfig, earlier: readonly Offer[], source: ConfigSource): void {
  const same = earlier.find(
    (other) =>
      other.upstream.baseUrl === upstream.baseUrl &&
      (other.upstream.apiKeys.some((key) => upstream.apiKeys.includes(key)) ||
        sharesCloudKey(other.upstream, upstream)) &&
      other.upstream.protocols.some((protocol) => upstream.protocols.includes(protocol)),
  );
  if (!same) return;
  const says = `is the same account as upstreams.${same.upstream.name}, by base_url and key: remove one of the two.`;
  throw problemAt(source, ['upstreams', upstream.name], says);
}

function sharesCloudKey({ cloudAccess: one }: UpstreamConfig, { cloudAccess: other }: UpstreamConfig): boolean {
  if (one?.cloud === 'bedrock') {
    return other?.cloud === 'bedrock' && one.awsKey.accessKeyId === other.awsKey.accessKeyId;
  }
  if (one?.cloud !== 'vertex' || other?.cloud !== 'vertex' || !one.serviceAccount) return false;
  return one.project === other.project && one.serviceAccount.email === other.serviceAccount?.email;
}
