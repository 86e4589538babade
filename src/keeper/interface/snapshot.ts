import type { Rates } from '#core/money/price.ts';
import type { Model, Quantization, Upstream } from '#core/routing/endpoint.ts';

/**
 * What is global and every gateway needs: models, endpoints, prices. As it travels: JSON, so amounts are decimal
 * strings. decode-snapshot.ts turns it into `Model`s.
 */
export type Snapshot = {
  readonly version: number;
  readonly upstreams: readonly Upstream[];
  /** The version of the privacy policy in force, as receipts name it. */
  readonly policy?: string | undefined;
  /** Where people reach the operator. Undefined: nobody said. */
  readonly contact?: string | undefined;
  readonly models: readonly SnapshotModel[];
  /** Workspaces with prices of their own, by id: of the endpoints that are named. */
  readonly ownPrices?: Readonly<Record<string, Readonly<Record<string, SnapshotPriceVersion>>>> | undefined;
};

export type SnapshotPriceVersion = Pick<SnapshotEndpoint, 'priceVersion' | 'price' | 'cost'>;

export type SnapshotModel = Omit<Model, 'endpoints'> & { readonly endpoints: readonly SnapshotEndpoint[] };

export type SnapshotEndpoint = {
  readonly id: string;
  readonly upstream: string;
  readonly upstreamModel: string;
  readonly priceVersion: string;
  readonly price: SnapshotPrice;
  /** What the endpoint itself costs, where something was put on top. */
  readonly cost?: SnapshotPrice | undefined;
  readonly weight?: number | undefined;
  readonly quantization?: Quantization | undefined;
  readonly isDataAccepted?: boolean | undefined;
};

export type SnapshotRates = { readonly [Unit in keyof Rates]: string };

export type SnapshotPrice = SnapshotRatesByInput & {
  readonly windows?: readonly (SnapshotRatesByInput & { readonly fromMinute: number; readonly untilMinute: number })[];
  readonly serviceTiers?: Readonly<Record<string, string>>;
};

export type SnapshotRatesByInput = {
  readonly rates: SnapshotRates;
  readonly tiers: readonly { readonly aboveInput: number; readonly rates: SnapshotRates }[];
};
