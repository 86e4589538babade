import { randomLetters } from '../identity.ts';
import type { Reply } from '../script.ts';
import type { Turn } from '../turn.ts';
import { writeBill } from './bill.ts';
import { fingerprint, finishOf, idOf, reasoningSignature, secondsOf } from './marks.ts';

/** The whole answer as one JSON body. */
export function writeAnswer(turn: Turn): string {
  const choices = turn.replies.map((reply, index) => JSON.stringify(buildChoice(turn, reply, index))).join(',');
  const usage = turn.bill === undefined ? '' : `"usage":${writeBill(turn.bill)},`.repeat(turn.bill.isTwice ? 2 : 1);
  return (
    `{"id":"${idOf(turn)}","object":"chat.completion","created":${secondsOf(turn)},` +
    `"model":${JSON.stringify(turn.prompt.model)},"choices":[${choices}],${usage}` +
    `"service_tier":"default","system_fingerprint":"${fingerprint}"}\n`
  );
}

function buildChoice(turn: Turn, reply: Reply, index: number): unknown {
  return {
    index,
    message: {
      role: 'assistant',
      content: reply.calls.length === 0 ? reply.text.join('') : null,
      ...buildReasoning(reply),
      ...buildToolCalls(reply),
      refusal: null,
      annotations: [],
    },
    logprobs: null,
    finish_reason: finishOf(turn, reply),
  };
}

function buildReasoning(reply: Reply): object {
  if (reply.reasoning.length === 0) return {};
  return { reasoning_content: reply.reasoning.join(''), reasoning_signature: reasoningSignature };
}

function buildToolCalls(reply: Reply): object {
  if (reply.calls.length === 0) return {};
  return {
    tool_calls: reply.calls.map((call) => {
      const described = { name: call.name, arguments: call.pieces.join('') };
      return { id: `call_${randomLetters(24)}`, type: 'function', function: described };
    }),
  };
}
