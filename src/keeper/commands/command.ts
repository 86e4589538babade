import type { SubProcessorEntry } from '#core/privacy/notices/sub-processor-contracts.ts';
import type { RetentionRules } from '#core/privacy/retention.ts';
import type { LeftoverRule } from '#store/erasure-store.ts';
import type { Store } from '#store/store.ts';
import type { Judges } from '../catalogue/judges.ts';
import type { OfferedNow } from '../catalogue/offered-now.ts';
import type { Probe } from '../catalogue/probe.ts';
import type { InspectionDesk } from '../inspection/inspection-desk.ts';
import type { CatalogueMarkup } from '../interface/catalogue-input.ts';
import type { Snapshot } from '../interface/snapshot.ts';
import type { PaymentDesk } from '../payments/payment-desk.ts';
import type { PolicySettings, PolicyShelf } from '../trust/policy-shelf.ts';
import type { TrustDesk } from '../trust/trust-desk.ts';

/** What a command works on: the keeper's opened store, or one that the command line opened itself. */
export type CommandContext = {
  readonly store: Store;
  readonly pepper: Uint8Array;
  readonly keyPrefix: string;
  readonly trust: TrustDesk;
  readonly inspections: InspectionDesk;
  readonly retention: RetentionRules;
  readonly policies: PolicyShelf;
  readonly policySettings: PolicySettings;
  /** Who leads a job here: this keeper, or this command. */
  readonly holder: string;
  now(): number;
  randomBytes(count: number): Uint8Array;
  /** Σ open holds of a wallet, as the gateways last said. */
  heldOf(wallet: string): bigint;
  snapshot(): Promise<Snapshot>;
  /** Undefined: the configuration names no payment provider. */
  readonly payments: PaymentDesk | undefined;
  /** What the operator says of contracts with whoever gets data. */
  readonly contracts: readonly SubProcessorEntry[];
  /** Who delivers letters; undefined: nobody. */
  readonly mailHost: string | undefined;
  /** What becomes of what is left in a wallet when its workspace is deleted. */
  readonly leftover: LeftoverRule;
  /** What the configuration says of markup: it decides, and nothing is set against it. */
  readonly fileMarkup: readonly CatalogueMarkup[];
  /** What is offered: the configuration, and what was added while it runs. */
  readonly offered: OfferedNow;
  /** Undefined: whoever opened the store knows no rules of the file, and adds nothing. */
  readonly judges: Judges | undefined;
  /** Tells the log of promises what is offered now. */
  enterRegistry(): Promise<void>;
  /** Left out: no gateway runs here. */
  readonly probe?: Probe | undefined;
};

/** Takes what a person asked for, gives what CONTRACT says: JSON both ways. */
export type Command = (context: CommandContext, args: unknown) => Promise<unknown>;

/** Why a command was not done: one sentence for the person who gave it. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly sentence: string;

  constructor(sentence: string) {
    super('refused');
    this.sentence = sentence;
  }
}
