import type { Config } from '#config/config.ts';
import type { MeterReading } from '#observe/meters.ts';
import type { Role } from './serve-gateway.ts';

/** What the first process of a tree says to a further gateway process, and hears from it. */
export type ToWorker =
  | {
      readonly kind: 'start';
      readonly config: Config;
      readonly instance: string;
      readonly simulatorPort: number | undefined;
      readonly keeperSocket: string;
      readonly role: Role;
    }
  /** Credentials may have changed. */
  | { readonly kind: 'reread' }
  | { readonly kind: 'drain' }
  /** What did it count? */
  | { readonly kind: 'count' }
  /** What all others of the tree counted. */
  | { readonly kind: 'counted-by-others'; readonly others: readonly MeterReading[] }
  /** Where the pages for people are; undefined: they cannot be shown now. */
  | { readonly kind: 'console'; readonly socket: string | undefined };

export type FromWorker =
  | { readonly kind: 'ready' }
  /** Somebody visits the pages for people. */
  | { readonly kind: 'console' }
  | { readonly kind: 'counted'; readonly reading: MeterReading }
  /** Somebody asks this process what the tree counted. */
  | { readonly kind: 'others' };
