import type { IncomingHttpHeaders } from 'node:http';

/** Hears how one call to an upstream goes. Exactly one of `end` and `failed` comes last; nothing comes after `abort`. */
export type ExchangeListener = {
  head(status: number, headers: IncomingHttpHeaders): void;
  data(bytes: Buffer): void;
  end(): void;
  failed(what: 'connect-failed' | 'reset' | 'encoded'): void;
};

/** One call to an upstream, under way. */
export type Exchange = {
  /** The connection is closed at once, so that the upstream stops working for nobody. */
  abort(): void;
  /** Stops reading; the upstream feels it as backpressure. */
  pause(): void;
  resume(): void;
};
