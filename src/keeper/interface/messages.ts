import type { Rate } from '#core/allowance/rate-state.ts';
import type { OwnKey } from '#core/routing/own-key.ts';
import type { Snapshot } from './snapshot.ts';
import type { UpstreamAccount } from './upstream-account.ts';

/**
 * What gateway and keeper say to each other over one ordered, framed stream (framing.ts). Amounts are decimal strings;
 * `ask` pairs a reply with its question. The protocol and its invariants are MONEY §2.
 */
export type ToKeeper =
  /** First on every connection. The journal's thread says `part: 'journal'` on a connection of its own. */
  | { readonly kind: 'hello'; readonly instance: string; readonly part: 'gateway' | 'journal' | 'command' }
  /** Who holds this key? `hash` is hex of HMAC-SHA256(pepper, key). */
  | { readonly kind: 'lookup'; readonly ask: number; readonly hash: string }
  /** The whole chain of the waiting requests, each allowance once: all get at least their need, or none gets anything. */
  | { readonly kind: 'want'; readonly ask: number; readonly wants: readonly Want[] }
  /** The lease's new, smaller grant: absolute, so that saying it twice changes nothing. `done`: close it once posted. */
  | { readonly kind: 'give'; readonly lease: string; readonly granted: string; readonly done: boolean }
  /** Σ open holds of a wallet, at most once a second when changed; for display only. */
  | { readonly kind: 'held'; readonly wallet: string; readonly amount: string }
  | { readonly kind: 'renew'; readonly ask: number }
  /** What was found of endpoints since the last time; at most once a second, each endpoint once. */
  | { readonly kind: 'hints'; readonly hints: readonly GatewayHint[] }
  | { readonly kind: 'alert'; readonly alert: HealthAlert }
  /** What is new of where keys are used from; at most once in five seconds. */
  | { readonly kind: 'sightings'; readonly sightings: readonly KeySighting[] }
  /** At least `need` of a rate, up to `wanted`, or nothing. */
  | {
      readonly kind: 'rate';
      readonly ask: number;
      readonly id: string;
      readonly rate: Rate;
      readonly need: number;
      readonly wanted: number;
    }
  /** What was taken of a rate and not used; below zero what was used beyond it. */
  | { readonly kind: 'rate-back'; readonly id: string; readonly rate: Rate; readonly unused: number }
  /** Journal records up to `through`, a number that only grows within one instance. */
  | { readonly kind: 'ended'; readonly through: number; readonly records: readonly unknown[] }
  /** Sealed for a window that is open. */
  | { readonly kind: 'capture'; readonly ask: number; readonly capture: SealedCapture }
  | { readonly kind: 'command'; readonly ask: number; readonly name: string; readonly args: unknown }
  /** Drained; everything was given back. */
  | { readonly kind: 'bye'; readonly ask: number };

/** Instants are epoch milliseconds. */
export type GatewayHint = {
  readonly endpoint: string;
  /** Ejected until then; null: it works. */
  readonly outUntil: number | null;
  /** Medians; null: too few to say. */
  readonly firstContentMs: number | null;
  readonly millitokensPerSecond: number | null;
};

/** What people should hear of: names from the configuration and closed words. */
export type HealthAlert =
  | { readonly event: 'endpoint-out' | 'endpoint-back'; readonly endpoint: string; readonly why: string }
  /** The credential as `<upstream>#<number>`: its place since the start, no part of it. */
  | { readonly event: 'credential-out' | 'credential-back'; readonly credential: string; readonly why: string };

/** Networks, never addresses; the keeper hashes them, and keeps the last one of each key. `endUsers`: different ones in this hour. */
export type KeySighting = {
  readonly key: string;
  readonly networks: readonly { readonly network: string; readonly country: string }[];
  readonly endUsers: number;
  readonly last: string | null;
};

export type Want = {
  readonly allowance: string;
  /** One lease per instance, allowance and window; its id is chosen by the gateway. */
  readonly lease: string;
  /** The lease's grant as the gateway knows it ("0" for a new one). When the keeper knows a larger one, a reply was lost: it answers with the row. */
  readonly have: string;
  /** The smallest waiting hold, beyond what the lease has free. */
  readonly need: string;
  /** The sum of the waiting ones. */
  readonly wanted: string;
  /** What the next 30 s are expected to use beyond them. */
  readonly target: string;
};

export type FromKeeper =
  | {
      readonly kind: 'welcome';
      readonly termMs: number;
      readonly sequence: number;
      readonly snapshot: Snapshot;
      /** Of the upstreams that the configuration does not name; none for whoever is no gateway. */
      readonly accounts: readonly UpstreamAccount[];
    }
  | { readonly kind: 'caller'; readonly ask: number; readonly sequence: number; readonly found: LookupResult }
  | { readonly kind: 'granted'; readonly ask: number; readonly leases: readonly Granted[] }
  | {
      readonly kind: 'short';
      readonly ask: number;
      readonly allowance: string;
      readonly free: string;
      /** Null: a wallet has no reset. */
      readonly resetsInMs: number | null;
      /** Others may have given something back by then. */
      readonly againInMs?: number;
    }
  | { readonly kind: 'rate-taken'; readonly ask: number; readonly granted: number; readonly retryAfterMs: number }
  | { readonly kind: 'renewed'; readonly ask: number; readonly termMs: number; readonly sequence: number }
  /** Each second while the store answers: a gateway that hears nothing for 3 s is stale. */
  | { readonly kind: 'alive'; readonly sequence: number }
  | { readonly kind: 'changed'; readonly sequence: number; readonly changes: readonly Change[] }
  | {
      readonly kind: 'snapshot';
      readonly sequence: number;
      readonly snapshot: Snapshot;
      readonly accounts: readonly UpstreamAccount[];
    }
  | { readonly kind: 'recall'; readonly allowance: string; readonly window: string }
  | { readonly kind: 'posted'; readonly through: number }
  /** What other gateways found, or this process before it started anew. */
  | { readonly kind: 'hints'; readonly hints: readonly (GatewayHint & { readonly instance: string })[] }
  | { readonly kind: 'result'; readonly ask: number; readonly value: unknown }
  /** A command or question that could not be answered: a fault's word, or a sentence for the operator's own eyes. */
  | { readonly kind: 'refused'; readonly ask: number; readonly why: string };

export type Granted = {
  readonly lease: string;
  readonly allowance: string;
  readonly window: string;
  readonly granted: string;
  /** The lease is void then; null: never. */
  readonly endsInMs: number | null;
  /** Free < 20 % of the limit: an unused lease should be given back soon. */
  readonly tight: boolean;
  /** What the allowance had left beyond all leases after this grant. */
  readonly left: string;
};

/** What a gateway must know. A key's change says: forget what you cached about it. */
export type Change =
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'workspace'; readonly id: string }
  | { readonly kind: 'catalogue' }
  /** Forget every key that you know. */
  | { readonly kind: 'all' };

export type LookupResult =
  | { readonly state: 'known'; readonly caller: CallerRow }
  | { readonly state: 'unknown' | 'disabled' | 'expired' | 'restricted' };

/** A key with all that a gateway needs to judge its requests. */
export type CallerRow = {
  readonly key: string;
  readonly workspace: string;
  readonly wallet: string;
  /** `management` keys change keys, and ask no model. */
  readonly role: 'inference' | 'management';
  /** Epoch milliseconds, or null. */
  readonly expiresAt: number | null;
  /** The allowances a request of this key needs, the wallet's first. */
  readonly allowances: readonly AllowanceRow[];
  /** What each end user of the workspace may use: core/allowance/end-user.ts. */
  readonly endUserRules: readonly AllowanceRow[];
  readonly rates: readonly RateRow[];
  readonly settings: Readonly<Record<string, string>>;
  /** Its workspace's own keys at providers that this key may use, in the workspace's order; opened, for this socket alone. */
  readonly ownKeys: readonly OwnKeyRow[];
  /** In this hour since 1970 it pays for the input of what it abandons. */
  readonly paysAbandonedIn: number | null;
  /** Its workspace asks nothing there until a person has looked: MONEY §4. */
  readonly stoppedEndpoints: readonly string[];
  /** Pseudonyms of end users for whom nothing is processed. */
  readonly restrictedEndUsers: readonly string[];
  /** A window in which its requests are sealed; null: there is none. */
  readonly inspection: OpenInspection | null;
};

/** What a gateway needs to seal for a window, and to know when it is over. */
export type OpenInspection = {
  readonly id: string;
  /** 32 bytes of X25519, base64url. */
  readonly publicKey: string;
  readonly endsAt: number;
  readonly requestsMax: number;
};

/** One request and its answer, sealed. Bytes are counts of what there was. */
export type SealedCapture = {
  readonly inspection: string;
  readonly generation: string;
  readonly requestBytes: number;
  readonly answerBytes: number;
  readonly sealed: string;
};

export type OwnKeyRow = Omit<OwnKey, 'secret'> & { readonly secret: string };

export type AllowanceRow = {
  readonly id: string;
  readonly of: 'wallet' | 'key' | 'workspace' | 'end user' | 'operator';
  readonly unit: 'nano-usd' | 'requests';
  readonly window: 'all' | 'day' | 'week' | 'month';
  /** Only requests for this model count; null: all. */
  readonly model: string | null;
  /** Only what this upstream answers counts; null: all. */
  readonly upstream: string | null;
  /** `open`: what runs at once counts, and what ended uses nothing. */
  readonly counts: 'spent' | 'open';
  /** Decimal string; what the wallet's credits or the limit were at the sequence of this row. */
  readonly limit: string;
};

export type RateRow = Rate & {
  readonly id: string;
  readonly of: 'key' | 'workspace' | 'end user';
  readonly model: string | null;
};
