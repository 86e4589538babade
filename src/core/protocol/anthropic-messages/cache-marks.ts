import { fieldOf, listOf } from '../json-value.ts';
import type { Losses } from './decode-blocks.ts';
import type { Block } from './encode-messages.ts';

const marksMax = 4;

/**
 * At most four marks, and none of an hour after one of five minutes, or the request is refused. Of too many the first
 * stays, which holds tools and system, and the last ones, which hold the conversation.
 */
export function limitCacheMarks(blocks: readonly Block[], hasMarkOfAll: boolean, losses: Losses): void {
  const marks = blocks.filter((block) => block.cache_control !== undefined);
  const max = hasMarkOfAll ? marksMax - 1 : marksMax;
  if (marks.length > max) {
    for (const block of marks.splice(1, marks.length - max)) delete block.cache_control;
    losses.add('cache_control');
  }
  let isShort = false;
  for (const block of marks) {
    const ttl = fieldOf(block.cache_control, 'ttl');
    if (ttl !== '1h') isShort = true;
    else if (isShort) {
      block.cache_control = { type: 'ephemeral' };
      losses.add('cache_control');
    }
  }
}

/** All blocks that may hold a mark, in the order in which the upstream reads them. */
export function markable(
  tools: readonly Block[],
  system: readonly Block[],
  messages: readonly { readonly content: readonly Block[] }[],
): readonly Block[] {
  const inMessages = messages.flatMap(({ content }) => content.flatMap((block) => [...innerBlocks(block), block]));
  return [...tools, ...system, ...inMessages];
}

function innerBlocks(block: Block): readonly Block[] {
  if (block.type !== 'tool_result') return [];
  // Built by `encodeResult` alone, whose list holds blocks.
  return listOf(block.content) as readonly Block[];
}
