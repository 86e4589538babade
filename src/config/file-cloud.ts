import type { AwsKey, CloudAccess } from '#core/routing/cloud-access.ts';
import { type CloudName, cloudNames, type ProtocolName } from '#core/routing/endpoint.ts';
import { type ConfigSource, problemAt } from './config-source.ts';
import type { UpstreamSettings } from './file-schema.ts';
import { readServiceAccount } from './google-key-file.ts';
import type { SettingPath } from './setting-path.ts';
import { isCredential } from './upstream-keys.ts';

type Place = { readonly path: SettingPath; readonly source: ConfigSource };

/** The cloud that the file names, or that the provider is. */
export function cloudOf(settings: UpstreamSettings, provider: string): CloudName | undefined {
  return settings.cloud ?? cloudNames.find((cloud) => cloud === provider);
}

/** Where a cloud's API stands when the file does not say; Azure gives each account an address of its own. */
export function cloudAddress(cloud: CloudName | undefined, { region, location }: UpstreamSettings): string | undefined {
  switch (cloud) {
    case 'bedrock':
      return region === undefined ? undefined : `https://bedrock-runtime.${region}.amazonaws.com`;
    case 'vertex':
      if (location === undefined) return undefined;
      return location === 'global'
        ? 'https://aiplatform.googleapis.com/v1'
        : `https://${location}-aiplatform.googleapis.com/v1`;
    case 'azure':
    case undefined:
      return undefined;
  }
}

const hosts: Readonly<Record<CloudName, RegExp>> = {
  azure: /\.(?:openai|services\.ai|cognitiveservices)\.azure\.(?:com|us|cn)$/,
  bedrock: /\.amazonaws\.com(?:\.cn)?$/,
  vertex: /(?:^|[.-])aiplatform(?:\.[a-z]+\.rep)?\.googleapis\.com$/,
};

/** A cloud's label holds at its own addresses alone. */
export function isCloudAddress(cloud: CloudName | undefined, baseUrl: string): boolean {
  return cloud !== undefined && hosts[cloud].test(new URL(baseUrl).hostname);
}

/** What each cloud speaks at the addresses that we know; Azure's are the operator's own. */
const spoken: Readonly<Partial<Record<CloudName, readonly ProtocolName[]>>> = {
  bedrock: ['bedrock-converse', 'anthropic-messages'],
  vertex: ['gemini-generate', 'anthropic-messages', 'openai-chat'],
};

/** What an upstream speaks when the file does not say. */
export function cloudProtocols(cloud: CloudName | undefined): readonly ProtocolName[] | undefined {
  const all = cloud && spoken[cloud];
  return all?.slice(0, 1);
}

/** What is wrong with a protocol at this cloud, or at none; undefined when nothing is. */
export function protocolFlaw(cloud: CloudName | undefined, protocol: ProtocolName): string | undefined {
  if (protocol === 'bedrock-converse' && cloud !== 'bedrock') return 'needs "cloud: bedrock": set that, or remove it.';
  const all = cloud && spoken[cloud];
  return !all || all.includes(protocol) ? undefined : `is not spoken there: use ${all.join(' or ')}.`;
}

const owners = {
  access_key_id: 'bedrock',
  secret_access_key: 'bedrock',
  session_token: 'bedrock',
  project: 'vertex',
  location: 'vertex',
  service_account: 'vertex',
} as const satisfies Partial<Record<keyof UpstreamSettings, CloudName>>;

/** What the cloud needs, judged; settings of another cloud are a mistake. */
export function readCloudAccess(
  cloud: CloudName | undefined,
  settings: UpstreamSettings,
  place: Place,
): CloudAccess | undefined {
  for (const [name, owner] of Object.entries(owners)) {
    const isWritten = settings[name as keyof typeof owners] !== undefined;
    if (isWritten && owner !== cloud) refuse(place, name, `belongs to "cloud: ${owner}": set that, or remove it.`);
  }
  switch (cloud) {
    case 'bedrock':
      return readBedrock(settings, place);
    case 'vertex':
      return readVertex(settings, place);
    case 'azure':
    case undefined:
      return undefined;
  }
}

const regionPattern = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

function readBedrock(settings: UpstreamSettings, place: Place): CloudAccess | undefined {
  const hasKey = settings.api_key !== undefined || settings.api_keys !== undefined;
  const { region, access_key_id: id, secret_access_key: secret, session_token: sessionToken } = settings;
  if (region === undefined) refuse(place, 'region', 'is missing: add the AWS region, such as us-east-1.');
  if (!regionPattern.test(region)) refuse(place, 'region', 'must be an AWS region, such as us-east-1.');
  if (id === undefined && secret === undefined && sessionToken === undefined && hasKey) return undefined;
  if (hasKey) refuse(place, 'access_key_id', 'stands beside api_key: keep one of the two kinds of credential.');
  if (id === undefined) refuse(place, 'access_key_id', 'is missing: add it and secret_access_key, or an api_key.');
  if (secret === undefined) refuse(place, 'secret_access_key', 'is missing: it belongs to access_key_id.');
  const awsKey: AwsKey = { accessKeyId: id, secretAccessKey: secret, sessionToken };
  const written = { access_key_id: id, secret_access_key: secret, session_token: sessionToken };
  for (const [name, value] of Object.entries(written)) {
    if (value !== undefined && !isCredential(value)) {
      refuse(place, name, 'must be one line of printable characters without spaces.');
    }
  }
  return { cloud: 'bedrock', region, awsKey };
}

function readVertex(settings: UpstreamSettings, place: Place): CloudAccess {
  const { project, location, service_account: written } = settings;
  const hasKey = settings.api_key !== undefined || settings.api_keys !== undefined;
  if (project === undefined) refuse(place, 'project', 'is missing: add the id of the Google Cloud project.');
  if (location === undefined) refuse(place, 'location', 'is missing: add one, such as global or europe-west1.');
  if (written === undefined && !hasKey) {
    refuse(place, 'service_account', 'is missing: add the key file of a service account, or an api_key.');
  }
  if (written !== undefined && hasKey) {
    refuse(place, 'service_account', 'stands beside api_key: keep one of the two kinds of credential.');
  }
  if (written === undefined) return { cloud: 'vertex', project, location, serviceAccount: undefined };
  const account = readServiceAccount(written);
  if (typeof account === 'string') refuse(place, 'service_account', account);
  return { cloud: 'vertex', project, location, serviceAccount: account };
}

function refuse({ path, source }: Place, setting: string, says: string): never {
  throw problemAt(source, [...path, setting], says);
}
