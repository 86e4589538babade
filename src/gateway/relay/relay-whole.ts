import type { PlanStep } from '#core/routing/plan.ts';
import type { Passage } from '../attempt/passage.ts';
import { textsOfReply } from '../attempt/spoken-events.ts';
import type { Answer } from '../attempt/start-attempt.ts';
import type { Call } from '../call.ts';
import type { Gateway } from '../gateway.ts';
import type { Ending, Generation } from '../generation.ts';
import { billOf } from '../meter/bill.ts';
import type { Metered } from '../meter/meter.ts';
import { isChat } from '../plan/is-chat.ts';
import { endReasonOf } from './end-reason-of.ts';
import { answererOf, answerHeaders } from './reply-headers.ts';

export type WholeAsk = {
  readonly generation: Generation;
  readonly step: PlanStep;
  readonly passage: Passage;
  readonly answer: Extract<Answer, { kind: 'whole' }>;
};

/** A reply that is not streamed goes out in one piece, as it came or translated, once its end is written down. */
export function relayWhole({ generation, step, passage, answer }: WholeAsk, gateway: Gateway): Ending {
  const { facts, status } = answer;
  const { endpoint } = step;
  const isBeyond = isBeyondLimit(generation, step, facts);
  if (isBeyond) {
    gateway.meters.stoppedAtLimit(endpoint.upstream.name);
    gateway.log('stopped-at-limit', { generation: generation.call.generation, endpoint: endpoint.id });
  }
  return {
    endReason: isBeyond ? 'length' : endReasonOf(facts.finish),
    reached: facts.hasContent ? 'content' : 'upstream-head',
    fault: null,
    status,
    endpoint,
    passage,
    reported: facts.usage,
    outputBytes: facts.outputBytes,
    shown: facts.shown,
    firstContentMs: Math.round(performance.now() - generation.call.startedAt),
    objectId: facts.objectId,
    spoken: () => textsOf(generation.call, answer.body),
    release(metered) {
      const { reply } = generation.call;
      const sent = formed({ generation, step, passage, answer }, metered);
      const headers = answerHeaders(generation, { endpoint, passage, goesOn: false }, gateway);
      headers.push('content-type', facts.contentType ?? 'application/json', 'content-length', String(sent.length));
      headers.push('cache-control', 'no-store');
      reply.head(status, headers);
      reply.end(sent);
    },
  };
}

/** It came in one piece, so it goes out as it came; beyond its limit it was not held for, and is not charged. */
function isBeyondLimit(
  { admission, call, facts }: Generation,
  { endpoint }: PlanStep,
  { usage, outputBytes }: WholeAsk['answer']['facts'],
): boolean {
  if (!usage || !isChat(call, facts)) return false;
  const outputMax = admission.outputLimit(endpoint) * facts.choices;
  // There are no more tokens than bytes: who counts more lies.
  return usage.output > outputMax && usage.output - usage.reasoning <= outputBytes;
}

/** In the form that the caller takes replies in. */
function formed({ generation, step, answer }: WholeAsk, metered: Metered): Uint8Array {
  const form = generation.call.openForm?.();
  // What is no JSON wears no dress.
  if (!form?.whole || answer.facts.contentType !== undefined) return answer.body;
  const { endpoint, model } = step;
  form.answering?.(answererOf(generation, { endpoint, model }));
  return form.whole(answer.body, billOf(metered));
}

function textsOf({ protocol, generation }: Call, body: Uint8Array): readonly string[] {
  return textsOfReply(protocol.decodeReply(body, { generation, toolNames: new Map() }));
}
