import type { Price } from '#core/money/price.ts';

/** Upstreams that were added while Fairlead ran, and prices that were set for endpoints. */
export type UpstreamStore = {
  list(): Promise<readonly UpstreamRecord[]>;
  find(name: string): Promise<UpstreamRecord | undefined>;
  /** False: there is one of this name. */
  add(upstream: NewUpstream): Promise<boolean>;
  /** What is left out stays. False: there is none of this name. */
  change(name: string, change: UpstreamChange): Promise<boolean>;
  /** With the prices that were set for its endpoints. False: there is none of this name. */
  remove(name: string, now: number): Promise<boolean>;
  /** All that were ever set, each endpoint's the oldest first. */
  prices(): Promise<readonly SetPrice[]>;
  /** From then on; what was set for the same instant is replaced. Prices of the past are not set. */
  setPrice(price: SetPrice, now: number): Promise<void>;
  tests(): Promise<readonly UpstreamTest[]>;
  tested(test: UpstreamTest): Promise<void>;
};

export type UpstreamRecord = {
  readonly name: string;
  /** As it was given, in the file's words, without credentials: JSON. */
  readonly written: string;
  /** What was made of it: JSON of the keeper's own. */
  readonly offer: string;
  /** Of the address that its credentials were given for. */
  readonly origin: string;
  readonly enabled: boolean;
  /** Empty: it has no credential. */
  readonly sealed: string;
  /** The last four characters, so that people can tell credentials apart. */
  readonly hint: string;
  readonly createdAt: number;
  readonly changedAt: number;
};

export type NewUpstream = Omit<UpstreamRecord, 'createdAt' | 'changedAt'> & { readonly now: number };

export type UpstreamChange = Partial<
  Pick<UpstreamRecord, 'written' | 'offer' | 'origin' | 'enabled' | 'sealed' | 'hint'>
> & {
  readonly now: number;
};

export type SetPrice = {
  readonly endpoint: string;
  readonly since: number;
  /** Undefined: what the configuration or the upstream itself says holds again. */
  readonly price: Price | undefined;
};

/** What the last test of an upstream found: closed words and numbers. */
export type UpstreamTest = {
  readonly upstream: string;
  readonly at: number;
  readonly endpoint: string;
  readonly generation: string | null;
  /** 0: nobody answered. */
  readonly status: number;
  readonly ms: number;
  /** A fault's word; null: it answered. */
  readonly fault: string | null;
};
