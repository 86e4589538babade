import { createHmac, randomBytes } from 'node:crypto';
import type { DormancyRules } from '#core/privacy/dormancy.ts';
import type { SubProcessorEntry } from '#core/privacy/notices/sub-processor-contracts.ts';
import { type RetentionRules, usageDaysMax } from '#core/privacy/retention.ts';
import type { LeftoverRule } from '#store/erasure-store.ts';
import { openStore } from '#store/open-store.ts';
import type { Store } from '#store/store.ts';
import type { Judges } from './catalogue/judges.ts';
import { OfferedNow } from './catalogue/offered-now.ts';
import type { CommandContext } from './commands/command.ts';
import { buildSnapshot } from './feed/build-snapshot.ts';
import { markupRules } from './feed/markup-rules.ts';
import { InspectionDesk, type InspectionSettings, inspectionsOtherwise } from './inspection/inspection-desk.ts';
import type { CatalogueInput } from './interface/catalogue-input.ts';
import type { Snapshot } from './interface/snapshot.ts';
import { withNoticeDays } from './notices/sub-processor-days.ts';
import { openPaymentDesk, type PaymentOptions } from './payments/payment-desk.ts';
import { hasPepper, readOrMakePepper } from './secrets/pepper.ts';
import { acceptedEndpoints, readAcceptances } from './trust/data-acceptances.ts';
import { enterRegistry } from './trust/enter-registry.ts';
import { type PolicySettings, PolicyShelf, policySettingsOtherwise } from './trust/policy-shelf.ts';
import { TrustDesk, type TrustFacts } from './trust/trust-desk.ts';

export type OpenedKeeper = Omit<CommandContext, 'heldOf' | 'snapshot' | 'probe'> & {
  /** Dates the prices and makes the snapshot of what is offered now. */
  makeSnapshot(): Promise<Snapshot>;
  /** The configuration gives prices to a workspace that is not there yet. */
  awaitsWorkspace(): boolean;
};

/** Where the store lies, and the secret beside it. */
export type KeeperPlace = {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  /** Hex. */
  readonly pepper?: string | undefined;
  /** Hex. */
  readonly trustKey?: string | undefined;
  /** Undefined: as long as the policy allows. */
  readonly retention?: RetentionRules | undefined;
  /** Undefined: as the policy says it where nobody decided. */
  readonly dormancy?: DormancyRules | undefined;
  readonly policy?: PolicySettings | undefined;
  /** Undefined: nobody can look into content. */
  readonly inspection?: InspectionSettings | undefined;
  readonly contracts?: readonly SubProcessorEntry[] | undefined;
  readonly mailHost?: string | undefined;
  /** What becomes of what is left in a wallet when its workspace is deleted; left out: it is paid back. */
  readonly leftover?: LeftoverRule | undefined;
  /** How customers pay; undefined: nobody can. */
  readonly payments?: PaymentOptions | undefined;
};

const witnessName = 'pepper_witness';

/**
 * Opens the store, migrates it when needed, and makes what commands work on. The caller holds the lock on the data
 * directory.
 */
export async function openKeeper(
  options: KeeperPlace & {
    readonly keyPrefix: string;
    readonly catalogue: CatalogueInput;
    /** Undefined: nothing can be added here. */
    readonly judges?: Judges | undefined;
  },
): Promise<OpenedKeeper> {
  const { dataDir, databaseUrl, keyPrefix, payments } = options;
  const store = await openStore({ dataDir, databaseUrl });
  try {
    const pepper = await judgedPepper(store, options);
    const policies = await PolicyShelf.open(store);
    const offered = new OfferedNow(options.catalogue, store, pepper);
    await offered.renew(store.now());
    const trust = await TrustDesk.open(store.trust, options, factsOf(offered, policies), store.now());
    let awaited = 0;
    const makeSnapshot = async () => {
      await offered.renew(store.now());
      const { catalogue } = offered;
      const { rules, missing } = await markupRules(store, catalogue);
      awaited = missing;
      const upstreams = await withNoticeDays(store, catalogue.upstreams);
      return await buildSnapshot({ ...catalogue, upstreams }, store.catalogue, {
        now: store.now(),
        version: await store.changes.head(),
        rules,
        contact: options.policy?.contact ?? (await store.accounts.setting('operator.contact')),
        policy: policies.nameInForce(store.now()) ?? undefined,
        accepted: acceptedEndpoints(catalogue, await readAcceptances(store.trust)),
      });
    };
    const holder = `k_${randomBytes(12).toString('hex')}`;
    const retention = rulesInForce(options.retention ?? { usageDays: usageDaysMax }, policies, store);
    const settings = options.inspection ?? inspectionsOtherwise;
    const inspections = new InspectionDesk({ store, trust, dataDir, pepper, settings, now: store.now, randomBytes });
    const policySettings = options.policy ?? policySettingsOtherwise;
    return {
      store,
      pepper,
      trust,
      inspections,
      retention,
      policies,
      policySettings,
      keyPrefix,
      holder,
      now: store.now,
      randomBytes,
      makeSnapshot,
      awaitsWorkspace: () => awaited > 0,
      fileMarkup: options.catalogue.markup ?? [],
      offered,
      judges: options.judges,
      enterRegistry: () => enterRegistry(offered.catalogue, store, trust, store.now()),
      contracts: options.contracts ?? [],
      mailHost: options.mailHost,
      leftover: options.leftover ?? 'refund',
      payments: payments && openPaymentDesk(payments),
    };
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

/** A version that lets more be kept holds from its day on, and not sooner. */
function rulesInForce(configured: RetentionRules, policies: PolicyShelf, { now }: Store): RetentionRules {
  return {
    get usageDays() {
      const promised = policies.inForce(now())?.document.facts.numbers.usage_days;
      return Math.min(configured.usageDays, promised ?? configured.usageDays);
    },
  };
}

/** What receipts say of the endpoints that are offered. */
function factsOf(offered: OfferedNow, policies: PolicyShelf): TrustFacts {
  let known: { readonly of: CatalogueInput; readonly facts: ReturnType<typeof endpointFacts> } | undefined;
  return {
    policy: (at) => policies.nameInForce(at),
    endpoint(id) {
      const { catalogue } = offered;
      if (known?.of !== catalogue) known = { of: catalogue, facts: endpointFacts(catalogue) };
      return known.facts.get(id);
    },
  };
}

function endpointFacts({ upstreams, endpoints }: CatalogueInput) {
  const byName = new Map(upstreams.map(({ name, type, seller }) => [name, { type, seller }]));
  return new Map(endpoints.map(({ id, upstream }) => [id, byName.get(upstream)]));
}

/** The pepper that the keys of this store were hashed with: another one would make all of them invalid, for good. */
async function judgedPepper(store: Store, { dataDir, pepper: given }: KeeperPlace): Promise<Uint8Array> {
  const isNew = given === undefined && !hasPepper(dataDir);
  if (isNew && (await store.accounts.keys()).length > 0) throw new PepperLost(dataDir);
  const pepper = readOrMakePepper(dataDir, given);
  const witness = createHmac('sha256', pepper).update('fairlead pepper witness').digest('hex');
  const known = await store.accounts.claimSetting(witnessName, witness, store.now());
  if (known !== witness) throw new WrongPepper();
  return pepper;
}

class PepperLost extends Error {
  override readonly name = 'PepperLost';
  readonly sentence: string;

  constructor(dataDir: string) {
    super('pepper lost');
    this.sentence = `The file secrets/pepper is missing from ${dataDir}, and no key works without it: restore it from a backup, or take it from another replica (FAIRLEAD_PEPPER).`;
  }
}

class WrongPepper extends Error {
  override readonly name = 'WrongPepper';
  readonly sentence =
    'The pepper here is not the one that the keys of this database were made with: give this replica the secrets/pepper of the others, or their FAIRLEAD_PEPPER.';
}
