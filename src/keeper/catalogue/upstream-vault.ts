import type { CloudAccess } from '#core/routing/cloud-access.ts';
import { open, seal } from '../secrets/seal.ts';

/** What an upstream's credentials are bound to: at another name or address they do not open. */
export type Binding = { readonly name: string; readonly origin: string };

export type UpstreamSecrets = {
  /** As they were given, in the file's words, to be judged again when something else changes. */
  readonly written: Readonly<Record<string, unknown>>;
  readonly apiKeys: readonly string[];
  readonly cloudAccess?: CloudAccess | undefined;
};

/** How the file calls what is a credential. */
export const credentialNames: ReadonlySet<string> = new Set([
  'api_key',
  'api_keys',
  'access_key_id',
  'secret_access_key',
  'session_token',
  'service_account',
]);

export function sealSecrets(
  pepper: Uint8Array,
  { binding, secrets }: { readonly binding: Binding; readonly secrets: UpstreamSecrets },
  nonce: Uint8Array,
): string {
  if (Object.keys(secrets.written).length === 0) return '';
  return seal(lockOf(pepper, binding), JSON.stringify(secrets), nonce);
}

/** Undefined: it was sealed for something else, with another pepper, or is damaged. */
export function openSecrets(pepper: Uint8Array, binding: Binding, sealed: string): UpstreamSecrets | undefined {
  if (sealed === '') return { written: {}, apiKeys: [] };
  const text = open(lockOf(pepper, binding), sealed);
  // A parser: `sealSecrets` wrote it, and nothing else opens.
  return text === undefined ? undefined : (JSON.parse(text) as UpstreamSecrets);
}

function lockOf(pepper: Uint8Array, { name, origin }: Binding) {
  return { pepper, use: 'upstream credentials, aes-256-gcm, v1', boundTo: JSON.stringify(['upstream', name, origin]) };
}
