import type { RequestFacts } from '#core/protocol/protocol.ts';
import type { Call } from '../call.ts';

/** Of what is no chat, inputs come in batches, models are of another kind, and nothing is a conversation. */
export function isChat(
  { protocol }: Pick<Call, 'protocol'>,
  { nativeOnly }: Pick<RequestFacts, 'nativeOnly'>,
): boolean {
  return nativeOnly !== 'surface' && protocol.translation === undefined;
}
