import { randomLetters } from '../identity.ts';
import type { Reply } from '../script.ts';
import { fingerprint, reasoningSignature, type Turn } from './turn.ts';

/** The whole answer as one JSON body. */
export function writeAnswer(turn: Turn): string {
  const choices = turn.replies.map((reply, index) => JSON.stringify(buildChoice(reply, index))).join(',');
  const usage = turn.usageText === undefined ? '' : `"usage":${turn.usageText},`;
  return (
    `{"id":"${turn.id}","object":"chat.completion","created":${turn.createdSeconds},` +
    `"model":${JSON.stringify(turn.prompt.model)},"choices":[${choices}],${usage}` +
    `"service_tier":"default","system_fingerprint":"${fingerprint}"}\n`
  );
}

function buildChoice(reply: Reply, index: number): unknown {
  return {
    index,
    message: {
      role: 'assistant',
      content: reply.call === undefined ? reply.text.join('') : null,
      ...buildReasoning(reply),
      ...buildToolCalls(reply),
      refusal: null,
      annotations: [],
    },
    logprobs: null,
    finish_reason: reply.finish,
  };
}

function buildReasoning(reply: Reply): object {
  if (reply.reasoning.length === 0) return {};
  return { reasoning_content: reply.reasoning.join(''), reasoning_signature: reasoningSignature };
}

function buildToolCalls(reply: Reply): object {
  if (reply.call === undefined) return {};
  const described = { name: reply.call.name, arguments: reply.call.pieces.join('') };
  return { tool_calls: [{ id: `call_${randomLetters(24)}`, type: 'function', function: described }] };
}
