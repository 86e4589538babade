import type { IncomingHttpHeaders } from 'node:http';
import type { Protocol } from '#core/protocol/protocol.ts';

type ProtocolName = Protocol['name'];

/** Which dialect's list of models a head asks for: Anthropic's SDKs name a version, Google's bring their own key. */
export function dialectAsked(headers: IncomingHttpHeaders, keyIsInAddress: boolean): ProtocolName {
  if (headers['anthropic-version'] !== undefined) return 'anthropic-messages';
  if (headers['x-goog-api-key'] !== undefined || keyIsInAddress) return 'gemini-generate';
  return 'openai-chat';
}

/** What a caller may tell an upstream of its own dialect in the head: versions and features, no identities. */
const passed: Readonly<Record<ProtocolName, readonly string[]>> = {
  'openai-chat': ['openai-beta'],
  'openai-responses': ['openai-beta'],
  'anthropic-messages': ['anthropic-version', 'anthropic-beta'],
  'gemini-generate': [],
};

const valueLengthMax = 1024;
const none: readonly string[] = [];

/** Names and values in turn. */
export function passedHeaders(headers: IncomingHttpHeaders, protocol: ProtocolName): readonly string[] {
  const names = passed[protocol];
  let found: string[] | undefined;
  for (const name of names) {
    const value = headers[name];
    if (typeof value !== 'string' || value === '' || value.length > valueLengthMax) continue;
    found ??= [];
    found.push(name, value);
  }
  return found ?? none;
}
