/** The last outputs of one key and model: what the next one is expected to use, for rates of tokens. Changed in place. */
export type OutputHistory = { readonly last: Float64Array; count: number };

const remembered = 64;
const atFirst = 1_024;
const fewest = 8;
const share = 0.9;

export function newOutputHistory(): OutputHistory {
  return { last: new Float64Array(remembered), count: 0 };
}

export function addOutput(history: OutputHistory, tokens: number): void {
  history.last[history.count % remembered] = tokens;
  history.count += 1;
}

/** The 90th percentile of the last 64, never above the caller's limit; before there are eight, the limit up to 1,024. */
export function expectedOutput(history: OutputHistory | undefined, limit: number): number {
  if (!history || history.count < fewest) return Math.min(limit, atFirst);
  const known = history.last.slice(0, Math.min(history.count, remembered)).sort();
  return Math.min(limit, known[Math.ceil(known.length * share) - 1] ?? atFirst);
}
