import type { Activity } from '#core/privacy/activities.ts';
import { forActivity } from './for-activity.ts';
import { migrate } from './migrate.ts';
import type { Engine } from './migrations/migration.ts';
import { newId } from './new-id.ts';
import { makeReportStore } from './reports/report-store.ts';
import { makeRightsStore } from './rights/make-rights-store.ts';
import { makeAbuseStore } from './sql/abuse-rows.ts';
import { makeAcceptanceStore } from './sql/acceptance-rows.ts';
import { makeAccountStore } from './sql/account-store.ts';
import { makeAggregateStore } from './sql/aggregate-rows.ts';
import { makeAgreementStore } from './sql/agreement-rows.ts';
import { makeAuditStore } from './sql/audit-store.ts';
import { makeBookStore } from './sql/book-store.ts';
import { makeCaseStore } from './sql/case-rows.ts';
import { makeCatalogueStore } from './sql/catalogue-store.ts';
import { makeChangeStore } from './sql/change-store.ts';
import { makeClaimStore } from './sql/claim-store.ts';
import { makeDormancyStore } from './sql/dormancy-rows.ts';
import { makeHintStore } from './sql/hint-store.ts';
import { makeInspectionStore } from './sql/inspection-rows.ts';
import { makeInvitationStore } from './sql/invitation-store.ts';
import { makeJobStore } from './sql/job-store.ts';
import { makeLeaseStore } from './sql/lease-store.ts';
import { makeLinkStore } from './sql/link-rows.ts';
import { makeAlertStore } from './sql/make-alert-store.ts';
import { makeErasureStore } from './sql/make-erasure-store.ts';
import { makeRetentionStore } from './sql/make-retention-store.ts';
import { makeTrustStore } from './sql/make-trust-store.ts';
import { makeMemberStore } from './sql/member-store.ts';
import { makeNewsStore } from './sql/news-rows.ts';
import { makeNoticeStore } from './sql/notice-rows.ts';
import { makeObjectStore } from './sql/object-store.ts';
import { makeOperationStore } from './sql/operation-store.ts';
import { makeOverrunStore } from './sql/overrun-rows.ts';
import { makeOwnKeyStore } from './sql/own-key-store.ts';
import { makePaymentStore } from './sql/payment-store.ts';
import { makePostingStore } from './sql/posting-store.ts';
import { makePromoStore } from './sql/promo-store.ts';
import { makeRateStore } from './sql/rate-store.ts';
import type { Database } from './sql/sql.ts';
import { makeUpstreamStore } from './sql/upstream-store.ts';
import { makeVisitStore } from './sql/visit-rows.ts';
import { makeWarningStore } from './sql/warning-rows.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';
import type { Store } from './store.ts';

export type StorePlace = {
  readonly dataDir: string;
  /** `postgres://…`; without it the store is SQLite, in the data directory. */
  readonly databaseUrl?: string | undefined;
  /** Instead of the store's own clock. */
  readonly now?: (() => number) | undefined;
};

/** A store and what it stands on. */
export type EngineStore = {
  readonly engine: Engine;
  readonly database: Database;
  now(): number;
  backUp(version: number): void;
  /** What was deleted is gone from the files as well. False: somebody still reads an older state. */
  scrub(): Promise<boolean>;
  /** Calls, some time after it, that the change feed has news; often enough is each second. */
  onChange(call: () => void): void;
  /** Whoever was to be called is called at once now, and need not wait for the next second. */
  hearsAtOnce(): boolean;
  close(): Promise<void>;
};

/**
 * Opens the store, made and migrated when needed. Throws `StoreRefused` where it cannot be used. On SQLite one process
 * writes: the keeper, or the command line while no keeper runs. On PostgreSQL any number of them do.
 */
export async function openStore(place: StorePlace): Promise<Store> {
  const opened = await openEngine(place);
  try {
    await migrate(opened.database, opened);
    return makeStore(opened);
  } catch (thrown) {
    await opened.close();
    throw thrown;
  }
}

/** What PostgreSQL needs is loaded only where it is used. */
export async function openEngine({ dataDir, databaseUrl, now }: StorePlace): Promise<EngineStore> {
  if (databaseUrl === undefined) return openSqlite(dataDir, now);
  const { openPostgresStore } = await import('./postgres/open-postgres-store.ts');
  return await openPostgresStore(databaseUrl, now);
}

/** The parts of the store, each with what it is for. */
export function makeStore(opened: EngineStore): Store {
  const { now } = opened;
  const on = (activity: Activity) => forActivity(opened.database, activity);
  return {
    leases: makeLeaseStore(on('limit')),
    postings: makePostingStore(on('bill'), { now, newId }),
    books: makeBookStore(on('bill'), newId),
    operations: makeOperationStore(on('bill'), newId),
    payments: makePaymentStore(on('bill'), newId),
    promos: makePromoStore(on('bill'), newId),
    accounts: makeAccountStore(on('limit'), newId),
    catalogue: makeCatalogueStore(on('route'), newId),
    changes: makeChangeStore(on('operate'), opened),
    members: makeMemberStore(on('authenticate')),
    invitations: makeInvitationStore(on('authenticate'), newId),
    audit: makeAuditStore(on('secure')),
    objects: makeObjectStore(on('answer')),
    hints: makeHintStore(on('improve')),
    reports: makeReportStore(on('explain')),
    visits: makeVisitStore(on('improve')),
    aggregates: makeAggregateStore(on('monitor')),
    agreements: makeAgreementStore(on('prove')),
    alerts: makeAlertStore(on('monitor'), newId),
    acceptances: makeAcceptanceStore(on('prove')),
    cases: makeCaseStore(on('prove'), newId),
    links: makeLinkStore(on('prove')),
    news: makeNewsStore(on('news'), newId),
    notices: makeNoticeStore(on('prove')),
    erasures: makeErasureStore(on('prove'), { engine: opened.engine, newId, scrub: () => opened.scrub() }),
    dormancy: makeDormancyStore(on('prove')),
    claims: makeClaimStore(on('answer')),
    trust: makeTrustStore(on('prove')),
    ownKeys: makeOwnKeyStore(on('route')),
    upstreams: makeUpstreamStore(on('route')),
    retention: makeRetentionStore(on('prove'), newId),
    rights: makeRightsStore(on('prove')),
    warnings: makeWarningStore(on('monitor')),
    abuse: makeAbuseStore(on('prevent-abuse'), newId),
    inspections: makeInspectionStore(on('inspect'), newId),
    overruns: makeOverrunStore(on('limit')),
    rates: opened.engine === 'postgres' ? makeRateStore(on('limit')) : undefined,
    jobs: makeJobStore(on('operate')),
    now,
    close: opened.close,
  };
}
