import type { ProtocolName } from '#core/routing/endpoint.ts';

/** The version of Anthropic's API that this code speaks; a caller of the same dialect may name another. */
const anthropicVersion = '2023-06-01';

/** How each dialect takes a key, and what else its API wants in the head. Names and values in turn. */
export function credentialHeaders(protocol: ProtocolName, key: string | undefined): readonly string[] {
  switch (protocol) {
    case 'openai-chat':
    case 'openai-responses':
      return key === undefined ? [] : ['authorization', `Bearer ${key}`];
    case 'anthropic-messages':
      return ['anthropic-version', anthropicVersion, ...(key === undefined ? [] : ['x-api-key', key])];
    case 'gemini-generate':
      return key === undefined ? [] : ['x-goog-api-key', key];
  }
}
