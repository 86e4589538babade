/** Limits that are nearly reached. Each window is told of once at each level: 80 and 95 of a hundred. */
export type WarningStore = {
  /** Looks at one allowance with what is held of it: somebody was refused. */
  look(allowance: string, now: number): Promise<void>;
  /** Those that nobody was told of; each is given once, to one of all keepers. */
  untold(): Promise<readonly LimitWarning[]>;
  /** The newest first. */
  of(workspace: string): Promise<readonly LimitWarning[]>;
  /** What is older goes. */
  forget(before: number): Promise<void>;
};

export type LimitWarning = {
  readonly allowance: string;
  readonly window: string;
  readonly level: number;
  readonly at: number;
  readonly used: bigint;
  readonly limit: bigint;
  readonly workspace: string;
  readonly key: string | null;
  readonly model: string | null;
  readonly of: 'wallet' | 'key' | 'workspace';
  readonly unit: 'nano-usd' | 'requests';
};
