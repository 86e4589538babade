/** A dialect's own question how many tokens a request has. */
export type TokenCount = {
  /** Below the upstream's base URL. */
  upstreamPath(model: string): string;
  /** The number in an upstream's reply, or undefined. */
  read(reply: Uint8Array): number | undefined;
  encode(tokens: number): unknown;
};
