import { Content } from '#core/generation/content.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import type { GenerationReply } from '#core/generation/reply.ts';
import { fieldOf, listOf, parseForeignObject } from '../json-value.ts';
import type { DecodeAbout } from '../protocol.ts';
import { decodeLogprobs } from './decode-citation.ts';
import { decodeItem } from './decode-item.ts';
import { decodeFinish, hasCalls } from './finish-reason.ts';
import { contentOf } from './tool-names.ts';
import { usageOf } from './usage.ts';

/** The whole reply; this API gives one answer. */
export function decodeReply(body: Uint8Array, about: DecodeAbout): GenerationReply {
  const reply = parseForeignObject(body);
  const output = listOf(fieldOf(reply, 'output'));
  const logprobs = output.flatMap((item) =>
    listOf(fieldOf(item, 'content')).flatMap((part) => decodeLogprobs(fieldOf(part, 'logprobs'))),
  );
  let calls = 0;
  const parts = output.flatMap(decodeItem).map((part) => {
    if (part.kind !== 'tool-call') return part;
    return asCallerKnows(part, { about, call: calls++ });
  });
  const choice = { index: 0, parts, finish: decodeFinish(reply, hasCalls(output)) };
  return {
    model: contentOf(fieldOf(reply, 'model')),
    choices: [logprobs.length > 0 ? { ...choice, logprobs } : choice],
    usage: usageOf(reply),
  };
}

type ToolCall = AssistantPart & { readonly kind: 'tool-call' };

function asCallerKnows(
  part: ToolCall,
  { about, call }: { readonly about: DecodeAbout; readonly call: number },
): ToolCall {
  return {
    ...part,
    name: Content.ofText(callersName(part.name.revealText('translate'), about)),
    id: part.id.byteLength > 0 ? part.id : Content.ofText(callIdFor(about, call)),
  };
}

/** The upstream may know the tool by another name. */
export function callersName(name: string, { toolNames }: DecodeAbout): string {
  return toolNames.get(name) ?? name;
}

export function callIdFor({ generation }: DecodeAbout, call: number): string {
  return `call_${generation.slice(4)}_${call}`;
}
