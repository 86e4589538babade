/** What one piece of the stream means for the relay, with the bytes it stands for. */
export type StreamPiece = {
  readonly bytes: Uint8Array;
  /** `usage`: the caller may not have asked for it. `terminal`: kept back until the end is written down. */
  readonly kind: 'pass' | 'usage' | 'terminal';
};
