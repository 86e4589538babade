import type { Reply } from '../script.ts';
import type { Turn } from '../turn.ts';
import { writeBill } from './bill.ts';
import { joinParts } from './parts.ts';
import type { GeneratePrompt } from './request.ts';

/** The whole answer as one JSON body, indented by two as it comes over the wire. */
export function writeAnswer(turn: Turn<GeneratePrompt>): string {
  const usage = turn.bill === undefined ? '' : `  "usageMetadata": ${writeBill(turn.bill)},\n`;
  const start = JSON.stringify(buildCandidates(turn), null, 2).slice(1, -1).trimEnd();
  const ending = JSON.stringify(buildEnding(turn), null, 2).slice(2);
  const times = turn.bill?.isTwice === true ? 2 : 1;
  return `{${start === '' ? '' : `${start},`}\n${usage.repeat(times)}${ending}\n`;
}

export function buildEnding(turn: Turn<GeneratePrompt>): object {
  return { modelVersion: turn.prompt.model, responseId: turn.letters.slice(0, 23) };
}

/** Instead of candidates there is word of a block when an answer was filtered before its first word. */
export function blockOf(reply: Reply | undefined): object | undefined {
  const isBlocked = reply?.finish === 'content_filter' && reply.text.length === 0;
  return isBlocked ? { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } } : undefined;
}

/** Calls end with STOP, as an answer does. */
export function finishOf({ finish }: Reply): object {
  switch (finish) {
    case null:
      return {};
    case 'stop':
    case 'tool_calls':
      return { finishReason: 'STOP' };
    case 'length':
      return { finishReason: 'MAX_TOKENS' };
    case 'content_filter':
      return { finishReason: 'SAFETY' };
  }
}

function buildCandidates({ replies, prompt }: Turn<GeneratePrompt>): object {
  const block = blockOf(replies[0]);
  if (block !== undefined) return block;
  if (replies.length === 0) return {};
  const candidates = replies.map((reply, index) => {
    return { content: { parts: joinParts(reply, prompt), role: 'model' }, ...finishOf(reply), index };
  });
  return { candidates };
}
