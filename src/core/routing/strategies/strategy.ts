import type { Standing } from '../standing.ts';

/**
 * The endpoints that may serve one request, field by field: a plan reads hundreds of them in microseconds, so nothing is made
 * for each. `count` of every list are filled.
 */
export type Candidates = {
  readonly count: number;
  /** The place in the file's order. */
  readonly place: Int32Array;
  readonly standing: Standing;
  /** What this request is expected to cost there, in any unit common to all. */
  readonly price: Float64Array;
  /** The operator's own weight. */
  readonly weight: Float64Array;
  /** 1: the request must be translated for it. */
  readonly translated: Uint8Array;
  /** The place in the order of providers that the caller named; behind them stand those it did not. */
  readonly named: Uint8Array;
  /** 1: slower than the caller would like. */
  readonly unpreferred: Uint8Array;
};

export type RankAsk = {
  readonly hasTools: boolean;
  /** Tokens of output expected, for what throughput is worth. */
  readonly outputTokens: number;
};

/**
 * `ordered`: the smallest score first. `drawn`: each draw gives an endpoint with a probability in proportion to its score.
 * Scores are written into `scores`, are finite and not negative.
 */
export type Strategy = {
  readonly kind: 'ordered' | 'drawn';
  score(candidates: Candidates, ask: RankAsk, scores: Float64Array): void;
};
