/** Endpoints that a workspace may not use: three of their answers in a day cost more than was held for them (MONEY §4). */
export type OverrunStore = {
  /** Of one workspace or all, those that hold now. */
  stopped(workspace?: string): Promise<readonly StoppedEndpoint[]>;
  /** A person looked. What was counted until then counts no more. False: nothing was stopped there. */
  lift(pair: { readonly workspace: string; readonly endpoint: string }, now: number): Promise<boolean>;
  /** Those that nobody was told of; each is given once, to one of all keepers. */
  untold(): Promise<readonly StoppedEndpoint[]>;
};

export type StoppedEndpoint = { readonly workspace: string; readonly endpoint: string; readonly since: number };
