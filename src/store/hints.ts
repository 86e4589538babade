/** What gateways found of endpoints, and the outages that people were told of. */
export type HintStore = {
  /** The newest of each endpoint is kept. */
  put(hints: readonly EndpointHint[]): Promise<void>;
  /** The oldest first. */
  since(at: number): Promise<readonly EndpointHint[]>;
  /** False: people were told of it before. */
  beginOutage(endpoint: string, now: number): Promise<boolean>;
  /** Hints up to then, and outages of which no hint is left: whoever knew has gone. */
  forget(at: number): Promise<void>;
  /** False: there was none. */
  endOutage(endpoint: string): Promise<boolean>;
};

export type EndpointHint = {
  readonly endpoint: string;
  /** Whose finding it is. */
  readonly instance: string;
  readonly at: number;
  /** Ejected until then; null: it works. */
  readonly outUntil: number | null;
  /** Medians; null: too few to say. */
  readonly firstContentMs: number | null;
  readonly millitokensPerSecond: number | null;
};
