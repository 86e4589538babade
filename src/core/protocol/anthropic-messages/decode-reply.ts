import { Content } from '#core/generation/content.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import type { GenerationReply } from '#core/generation/reply.ts';
import { fieldOf, parseForeignObject, textOf } from '../json-value.ts';
import type { DecodeAbout } from '../protocol.ts';
import { decodeForeign, decodeRedacted, decodeText, decodeThinking, decodeToolCall } from './decode-blocks.ts';
import { blocksOf, finishOf } from './read-reply.ts';
import { readCounts, toUsage } from './usage.ts';

export function decodeReply(body: Uint8Array, { toolNames }: DecodeAbout): GenerationReply {
  const reply = parseForeignObject(body);
  const model = textOf(fieldOf(reply, 'model'));
  const stopSequence = textOf(fieldOf(reply, 'stop_sequence'));
  return {
    model: model === undefined ? undefined : Content.ofText(model),
    choices: [
      {
        index: 0,
        parts: blocksOf(reply).map((block) => decodePart(block, toolNames)),
        finish: finishOf(reply),
        stopSequence: stopSequence === undefined ? undefined : Content.ofText(stopSequence),
      },
    ],
    usage: toUsage(readCounts(fieldOf(reply, 'usage'))),
  };
}

function decodePart(block: unknown, toolNames: DecodeAbout['toolNames']): AssistantPart {
  switch (fieldOf(block, 'type')) {
    case 'text':
      return decodeText(block);
    case 'thinking':
      return decodeThinking(block);
    case 'redacted_thinking':
      return decodeRedacted(block);
    case 'tool_use': {
      const call = decodeToolCall(block);
      return { ...call, name: callerName(call.name.revealText('translate'), toolNames) };
    }
    default:
      return decodeForeign(block);
  }
}

/** The name that the caller knows the tool by. */
export function callerName(name: string, toolNames: DecodeAbout['toolNames']): Content {
  return Content.ofText(toolNames.get(name) ?? name);
}
