import { createHash } from 'node:crypto';
import { type Expected, expectedOutcomes } from './expected.ts';
import type { Outcome } from './outcomes.ts';
import { isPlayedFromConverse, type Tongue, tonguesFor, type Way, ways } from './ways.ts';

/** One fault in one situation. */
export type Cell = {
  /** The question's mark, and the model's tag. */
  readonly id: string;
  readonly expected: Expected;
  readonly way: Way;
  /** What the upstream speaks: the caller's own dialect, or one that has to be translated. */
  readonly tongue: Tongue;
  /** `pair`: a second endpoint behind it is healthy. */
  readonly setting: 'alone' | 'pair';
  /** What that one speaks. */
  readonly healthyTongue: Tongue;
};

export function nameOf({ expected, way, tongue, setting }: Cell): string {
  const spoken = tongue === way.tongue ? '' : ` from ${tongue}`;
  return `${expected.mode}, ${way.name}${spoken}, ${setting === 'alone' ? 'no other endpoint' : 'a healthy one behind it'}`;
}

/** What must be of this cell: with a healthy endpoint behind it, whatever may fail over ends as that one's answer. */
export function outcomeOf(cell: Cell): Outcome {
  const outcome = firstOutcome(cell);
  if (!failsOver(cell)) return outcome;
  const count = cell.way.tongue === 'openai-embeddings' ? 1 : healthyWords(cell);
  const billed = cell.way.tongue === 'openai-embeddings' ? 0 : count;
  return { kind: 'answer', words: count, billed, source: 'reported', end: 'completed' };
}

export function failsOver(cell: Cell): boolean {
  const outcome = firstOutcome(cell);
  return cell.setting === 'pair' && (isMendedByRetry(cell) || (outcome.kind === 'before' && outcome.failsOver));
}

/** The fault has gone when the same endpoint is asked once more. */
export function isMendedByRetry({ expected }: Cell): boolean {
  return /^flaky|^closed-on-reuse/.test(expected.mode);
}

/** What the faulty endpoint alone comes to. */
export function firstOutcome({ expected, way, tongue }: Cell): Outcome {
  const outcome = way.isStream ? expected.streamed(tongue) : expected.whole(tongue);
  if (way.tongue !== 'openai-embeddings' || outcome.kind !== 'answer') return outcome;
  return { ...outcome, words: 1, billed: 0 };
}

/** Another number of words for each, so that nobody is mistaken for another. */
export function healthyWords({ id }: Pick<Cell, 'id'>): number {
  return 100 + (Number.parseInt(id.slice('cell-'.length), 36) % 399);
}

/**
 * All of them: each mode in each way, in turn alone and with a healthy endpoint behind it, from an upstream of the caller's
 * own dialect and of another. Chat is played in all four, and in two more from an upstream of Converse.
 */
export const allCells: readonly Cell[] = ways
  .flatMap((way, wayIndex) =>
    expectedOutcomes
      .filter((expected) => applies(expected, way))
      .flatMap((expected, index) => situations(expected, way, wayIndex + index)),
  )
  .map((cell, index) => ({ ...cell, id: `cell-${(index + 1).toString(36)}` }));

function applies(expected: Expected, way: Way): boolean {
  const { needs = [] } = expected;
  const isWordless = way.tongue === 'openai-embeddings';
  if (needs.includes('words') && isWordless) return false;
  if (needs.includes('calls') && way.tongue.startsWith('openai-completions')) return false;
  if (needs.includes('stream') && !way.isStream) return false;
  if (expected.isFine && !/^(chat|responses) streamed$/.test(way.name)) return false;
  return !(needs.includes('body') && way.isStream);
}

function situations(expected: Expected, way: Way, turn: number): Omit<Cell, 'id'>[] {
  const fromConverse = isPlayedFromConverse(way) ? converseSituations(expected, way, turn) : [];
  return expected.needs?.includes('frames') ? fromConverse : [...plainSituations(expected, way, turn), ...fromConverse];
}

function converseSituations(expected: Expected, way: Way, turn: number): Omit<Cell, 'id'>[] {
  const spoken = { tongue: 'bedrock-converse', healthyTongue: 'bedrock-converse' } as const;
  const alone = { expected, way, ...spoken, setting: 'alone' } as const;
  if (expected.isHeavy) return way.name.startsWith('chat') ? [alone] : [];
  const pair = { ...alone, setting: 'pair' } as const;
  if (way.name.startsWith('chat')) return [alone, pair];
  return turn % 2 === 0 ? [alone] : [pair];
}

function plainSituations(expected: Expected, way: Way, turn: number): Omit<Cell, 'id'>[] {
  const needsMark = expected.needs?.includes('end mark') && way.isStream;
  const [own, ...others] = tonguesFor(way).filter((tongue) => !needsMark || tongue !== 'gemini-generate');
  if (own === undefined) return [];
  const other = others[turn % Math.max(1, others.length)];
  const cell = { expected, way, tongue: own, setting: 'alone', healthyTongue: own } as const;
  if (expected.isHeavy) return [cell];
  const pair = { ...cell, setting: 'pair', healthyTongue: turn % 2 === 0 ? own : (other ?? own) } as const;
  if (way.isRouter || other === undefined) return turn % 2 === 0 ? [cell] : [pair];
  const foreign = { ...cell, tongue: other, healthyTongue: other } as const;
  const four = [cell, { ...foreign, setting: 'pair' }, pair, foreign] as const;
  return /^chat (whole|streamed)$/.test(way.name) ? [...four] : [four[turn % 4] ?? cell];
}

/** As many as were asked for, by a seed: the same seed draws the same ones. */
export function draw<Item>(
  items: readonly Item[],
  { count, seed, nameOf }: { readonly count: number; readonly seed: string; readonly nameOf: (item: Item) => string },
): readonly Item[] {
  const rankOf = (item: Item) =>
    createHash('sha256')
      .update(`${seed}\0${nameOf(item)}`)
      .digest('hex');
  const ranked = items.map((item) => ({ item, rank: rankOf(item) })).sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const drawn = new Set(ranked.slice(0, count).map(({ item }) => item));
  return items.filter((item) => drawn.has(item));
}
