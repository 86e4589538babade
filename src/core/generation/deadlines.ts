/** Every wait has an end. Milliseconds; tests divide them all by 100. */
export type Deadlines = {
  /** One generation over all its attempts. */
  readonly totalMs: number;
  readonly connectMs: number;
  /** A stream: until the upstream's response head, and until its first content, on one clock. */
  readonly firstContentMs: number;
  /** The same while another endpoint or model is left to ask. */
  readonly failoverMs: number;
  /** Before an endpoint that failed is asked once more: half as long to one and a half times. */
  readonly retryBackoffMs: number;
  /** An upstream that says it can answer again within this time is waited for. */
  readonly retryAfterMs: number;
  /** How long an endpoint that fails is ejected the first time; the n-th time in a row n times as long, at most ten. */
  readonly ejectMs: number;
  /** One live request looks after an ejected endpoint at least this often. */
  readonly probeMs: number;
  /** A reply that is not streamed: until all of it is here, since its head comes only then. */
  readonly wholeMs: number;
  /** Silence between two pieces of a stream. */
  readonly stallMs: number;
  /** A stream that has nothing to say yet sends a heartbeat this often. */
  readonly heartbeatMs: number;
  /** The caller's request head. */
  readonly callerHeadMs: number;
  /** The caller's body may be slower than 1 KiB/s for this long. */
  readonly callerBodyMs: number;
  /** A caller that reads nothing for this long has left. */
  readonly callerWriteMs: number;
  /** A request for which there is no place waits at the door this long. */
  readonly queueMs: number;
  /** The event loop may lag this long before the door lets fewer in. */
  readonly overloadMs: number;
  /** On SIGTERM: still accept for `drainAcceptMs`, then wait for open generations at most `drainMs`. */
  readonly drainAcceptMs: number;
  readonly drainMs: number;
};

export type Limits = {
  readonly jsonBodyBytesMax: number;
  /** Generations open at once in one gateway process. */
  readonly openGenerationsMax: number;
  /** The p99 of the event loop's delay above which a gateway process takes on less. */
  readonly eventLoopLagMsMax: number;
  /** What one gateway process keeps back of answers for whole delivery. */
  readonly heldBytesMax: number;
  /** How long after the store was last heard of keys are known, in milliseconds; three seconds at least. */
  readonly staleMsMax: number;
};
