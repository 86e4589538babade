import type { CloudName, ProtocolName } from '#core/routing/endpoint.ts';

/** The version of Anthropic's API that this code speaks; a caller of the same dialect may name another. */
const anthropicVersion = '2023-06-01';

/** How each dialect takes a key, and what else its API wants in the head. Names and values in turn. */
export function credentialHeaders(
  protocol: ProtocolName,
  key: string | undefined,
  cloud?: CloudName | undefined,
): readonly string[] {
  switch (cloud) {
    case 'azure':
      // Anthropic's models speak there as they do at home.
      return protocol === 'anthropic-messages' ? homeHeaders(protocol, key) : named('api-key', key);
    case 'bedrock':
      return named('authorization', key === undefined ? undefined : `Bearer ${key}`);
    case 'vertex':
      return named('x-goog-api-key', key);
    case undefined:
      return homeHeaders(protocol, key);
  }
}

/** At the provider's own API. */
function homeHeaders(protocol: ProtocolName, key: string | undefined): readonly string[] {
  switch (protocol) {
    case 'anthropic-messages':
      return ['anthropic-version', anthropicVersion, ...named('x-api-key', key)];
    case 'gemini-generate':
      return named('x-goog-api-key', key);
    default:
      return named('authorization', key === undefined ? undefined : `Bearer ${key}`);
  }
}

function named(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}
