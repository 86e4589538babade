/** Of one endpoint, for other gateways. */
export type Finding = {
  readonly endpoint: string;
  /** Ejected until then; undefined: it works. */
  readonly outUntil: number | undefined;
  /** Medians; NaN: too few to say. */
  readonly firstContentMs: number;
  readonly tokensPerSecond: number;
};
