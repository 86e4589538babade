import type { Turn } from '../turn.ts';
import { writeWholeBill } from './bill.ts';
import { type Block, readInput, writeBlocks } from './blocks.ts';
import { endingOf } from './ending.ts';
import type { MessagesPrompt } from './request.ts';

/** The whole message as one JSON body. */
export function writeAnswer(turn: Turn<MessagesPrompt>): string {
  const [reply] = turn.replies;
  const content = Array.from(writeBlocks(reply, turn.prompt), buildBlock);
  const ending = endingOf(reply);
  const usage =
    turn.bill === undefined ? '' : `,"usage":${writeWholeBill(turn.bill)}`.repeat(turn.bill.isTwice ? 2 : 1);
  const message = { ...buildStart(turn), content, ...ending };
  return `${JSON.stringify(message).slice(0, -1)}${usage}}`;
}

export function buildStart(turn: Turn<MessagesPrompt>): object {
  return { model: turn.prompt.model, id: `msg_01${turn.letters.slice(0, 22)}`, type: 'message', role: 'assistant' };
}

function buildBlock(block: Block): object {
  switch (block.kind) {
    case 'thinking':
      return { type: 'thinking', thinking: block.words.join(''), signature: block.signature };
    case 'redacted':
      return { type: 'redacted_thinking', data: block.data };
    case 'text':
      return { type: 'text', text: block.words.join('') };
    case 'tool': {
      const { id, name, words } = block;
      return { type: 'tool_use', id, name, input: readInput(words), caller: { type: 'direct' } };
    }
  }
}
