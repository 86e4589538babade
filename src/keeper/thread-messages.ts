import type { CatalogueInput } from './interface/catalogue-input.ts';
import type { KeeperEvent } from './keeper-log.ts';
import type { KeeperPlace } from './open-keeper.ts';

/** What the keeper's thread is started with. */
export type KeeperThreadData = KeeperPlace & {
  readonly socketPath: string;
  /** Gateways of this process tree that run now: their journals are being written. */
  readonly liveInstances: readonly string[];
  readonly catalogue: CatalogueInput;
  readonly keyPrefix: string;
  readonly logLevel: string;
  /** No generation of any gateway can last longer. */
  readonly generationMsMax: number;
  /** Who is told of outages, beside the log. */
  readonly alertWebhook?: string | undefined;
  /** Until the first content of a stream, as the configuration says it of all models. */
  readonly firstContentMs: number;
  /** Where this tree's gateways serve callers; undefined: not yet, or never. */
  readonly gatewayUrl?: string | undefined;
};

export type ToKeeperThread =
  | { readonly kind: 'stop' }
  | { readonly kind: 'gone'; readonly instance: string }
  | { readonly kind: 'listens'; readonly url: string };

export type FromKeeperThread =
  | { readonly kind: 'ready' }
  /** It cannot start, and trying again would not help: why, for the operator. */
  | { readonly kind: 'refused'; readonly sentence: string }
  | {
      readonly kind: 'log';
      readonly event: KeeperEvent;
      readonly fields: Readonly<Record<string, string | number | boolean | null>>;
    };
