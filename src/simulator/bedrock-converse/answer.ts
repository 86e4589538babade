import type { Turn } from '../turn.ts';
import { usageField } from './bill.ts';
import { type Block, readInput, writeBlocks } from './blocks.ts';
import { ownFields, stopReasonOf } from './ending.ts';
import type { ConversePrompt } from './request.ts';

/** The whole answer as one JSON body. */
export function writeAnswer(turn: Turn<ConversePrompt>): string {
  const [reply] = turn.replies;
  const content = Array.from(writeBlocks(reply, turn.prompt), buildBlock);
  const answer = {
    ...ownFields(reply, turn.prompt),
    metrics: { latencyMs: latencyOf(turn) },
    output: { message: { content, role: 'assistant' } },
    stopReason: stopReasonOf(reply),
  };
  return `${JSON.stringify(answer).slice(0, -1)}${usageField(turn.bill)}}`;
}

export function latencyOf({ createdMs }: Turn<ConversePrompt>): number {
  return Math.max(1, Date.now() - createdMs);
}

function buildBlock(block: Block): object {
  switch (block.kind) {
    case 'thought': {
      const { words, signature } = block;
      const proof = signature === undefined ? {} : { signature };
      return { reasoningContent: { reasoningText: { ...proof, text: words.join('') } } };
    }
    case 'redacted':
      return { reasoningContent: { redactedContent: block.data } };
    case 'text':
      return { text: block.words.join('') };
    case 'tool':
      return { toolUse: { input: readInput(block.words), name: block.name, toolUseId: block.id } };
  }
}
