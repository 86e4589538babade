/** Requests that their callers named, to have them carried out once (MONEY §9). Hashes alone, for a day. */
export type ClaimStore = {
  claim(ask: ClaimAsk): Promise<ClaimResult>;
  /** It was refused before it began. */
  release(claim: Pick<ClaimAsk, 'workspace' | 'name' | 'generation'>): Promise<void>;
};

export type ClaimAsk = {
  readonly workspace: string;
  readonly name: string;
  readonly body: string;
  readonly generation: string;
  readonly now: number;
  /** A generation that began so long ago and has no end is lost. */
  readonly lostAfterMs: number;
};

export type ClaimResult =
  | { readonly kind: 'new' }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly generation: string }
  | { readonly kind: 'other-body' };
