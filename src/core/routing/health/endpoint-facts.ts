/**
 * What a gateway has learnt of one endpoint, as of the last look. Aggregates alone: nothing of it says which workspace or
 * key the requests came from. One object for each endpoint, changed in place, since a plan reads hundreds of them.
 */
export type EndpointFacts = {
  state: EndpointState;
  /** Of the draws it would get, the share that it gets while it comes back; 1 when it works. */
  rampShare: number;
  /** A live request may be sent there although it is ejected: nobody has looked for ten seconds. */
  wantsProbe: boolean;
  /** Attempts of the last 30 minutes that tell something: without 429s and callers' own faults. */
  attempts: number;
  /** Of these, the share that failed, 0–1. */
  failedShare: number;
  /** Of all attempts of the last 30 minutes, the share that met a 429, 0–1. */
  limitedShare: number;
  /** Of the answers with tool calls, the share whose calls nobody could use, 0–1. */
  brokenToolsShare: number;
  /** Milliseconds until the first content, last 30 minutes; NaN: too few to say. */
  firstContentP50: number;
  firstContentP90: number;
  firstContentP95: number;
  firstContentP99: number;
  /** Output tokens per second, waiting for the first one included; NaN: too few to say. */
  tokensPerSecondP50: number;
  tokensPerSecondP90: number;
  /** Of the input tokens of the last 30 minutes, the share that came from the upstream's cache, 0–1. */
  cachedShare: number;
  /** Attempts under way, and how many may be. */
  inFlight: number;
  inFlightMax: number;
  /** Attempts per second now, and the rate above which 429s began; NaN: never met one. */
  rate: number;
  rateCap: number;
};

/**
 * `ejected`: its breaker is open. `probing`: half open. `limited`: every credential has used up its rate. `no-credential`: every
 * credential is refused or unpaid. `missing`: the upstream does not know the model.
 */
export type EndpointState = 'working' | 'ejected' | 'probing' | 'limited' | 'no-credential' | 'missing';

/** Of whom nothing is known yet. */
export function newEndpointFacts(): EndpointFacts {
  return {
    state: 'working',
    rampShare: 1,
    wantsProbe: false,
    attempts: 0,
    failedShare: 0,
    limitedShare: 0,
    brokenToolsShare: 0,
    firstContentP50: Number.NaN,
    firstContentP90: Number.NaN,
    firstContentP95: Number.NaN,
    firstContentP99: Number.NaN,
    tokensPerSecondP50: Number.NaN,
    tokensPerSecondP90: Number.NaN,
    cachedShare: 0,
    inFlight: 0,
    inFlightMax: Number.POSITIVE_INFINITY,
    rate: 0,
    rateCap: Number.NaN,
  };
}
