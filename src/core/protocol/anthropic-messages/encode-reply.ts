import type { GenerationReply } from '#core/generation/reply.ts';
import type { JsonObject } from '../json-value.ts';
import type { ReplyAbout } from '../protocol.ts';
import { encodeParts } from './encode-blocks.ts';
import { type StopReason, stopDetailsOf, toStopReason } from './finish-reason.ts';
import { encodeUsage } from './usage.ts';

/** A whole message. The dialect has one answer: the first choice. */
export function encodeReply(reply: GenerationReply, about: ReplyAbout): string {
  const choice = reply.choices[0];
  const parts = choice?.parts ?? [];
  const finish = choice?.finish ?? 'other';
  // A refusal is a part in other dialects, and the end of the message in this one.
  const isRefused = finish === 'stop' && parts.some(({ kind }) => kind === 'refusal');
  const reason = isRefused ? 'refusal' : toStopReason(finish);
  const model = reply.model?.revealText('translate') ?? about.request.model;
  const message = messageOf(about, { model, content: encodeParts(parts), reason, usage: encodeUsage(reply.usage) });
  return JSON.stringify({ ...message, stop_sequence: choice?.stopSequence?.revealText('translate') ?? null });
}

type MessageFields = {
  readonly model: string;
  readonly content: readonly JsonObject[];
  readonly reason: StopReason | null;
  readonly usage: ReturnType<typeof encodeUsage>;
};

/** A message with all that the dialect requires. */
export function messageOf({ generation }: ReplyAbout, { model, content, reason, usage }: MessageFields) {
  return {
    id: `msg_${generation.replace(/^gen-/, '')}`,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: reason,
    stop_sequence: null,
    stop_details: stopDetailsOf(reason),
    container: null,
    diagnostics: null,
    usage,
  };
}
