import { usageDaysMax } from '#core/privacy/retention.ts';
import type { Judges } from './catalogue/judges.ts';
import { Probe } from './catalogue/probe.ts';
import { runCommand } from './commands/table.ts';
import { startDormancyJob } from './dormancy/dormancy-job.ts';
import { KeyUses } from './dormancy/key-uses.ts';
import { startErasureJob } from './erasure/erasure-job.ts';
import { replayTombstones } from './erasure/replay-tombstones.ts';
import { TombstoneMaker } from './erasure/tombstones.ts';
import { ChangeFeed } from './feed/change-feed.ts';
import { HealthDesk } from './feed/health-desk.ts';
import { HeldBoard } from './grants/held-board.ts';
import { LimitDesk } from './grants/limit-desk.ts';
import { NetworkHashes } from './grants/network-hashes.ts';
import { RateBoard } from './grants/rate-board.ts';
import { type RecallContext, RecallDesk } from './grants/recall-desk.ts';
import { startInspectionJob } from './inspection/inspection-job.ts';
import type { Change } from './interface/messages.ts';
import { startBooksJob } from './jobs/books-job.ts';
import { startFenceJob } from './jobs/fence-job.ts';
import { startRetentionJob } from './jobs/retention-job.ts';
import { startTidyJob } from './jobs/tidy-job.ts';
import { faultFields, type KeeperLog } from './keeper-log.ts';
import { startLinkJob } from './links/link-job.ts';
import { startNoticeJob } from './notices/notice-job.ts';
import { enterSubProcessors } from './notices/sub-processor-days.ts';
import { tellOfPolicies } from './notices/tell-of-policies.ts';
import { type OpenedKeeper, openKeeper } from './open-keeper.ts';
import { startMoneyJob } from './payments/money-job.ts';
import { type KeeperServer, serve } from './peers/serve.ts';
import { PostQueue } from './posting/post-queue.ts';
import { journalsIn, recover, recoverInstance } from './posting/recover.ts';
import { ReportDesk } from './reports/report-desk.ts';
import type { KeeperThreadData } from './thread-messages.ts';
import { AlertDesk } from './webhooks/alert-desk.ts';
import { WebhookPost } from './webhooks/webhook-post.ts';

const beatMs = 1_000;
/** Beyond the longest generation: MONEY §2, Silence. */
const forgetGraceMs = 60_000;

export type RunningKeeper = {
  /** The gateways of this tree serve callers there. */
  listens(url: string): void;
  /** The process of this gateway has ended. */
  gone(instance: string): void;
  /** Finishes what was begun, then closes the store. */
  stop(): Promise<void>;
};

/** Grants, posts, tells: opens the store, recovers what was left behind, then serves until it is stopped. */
export async function runKeeper(data: KeeperThreadData, log: KeeperLog, judges?: Judges): Promise<RunningKeeper> {
  const startedAt = Date.now();
  const live = new Set(data.liveInstances);
  const opened = await openKeeper({ ...data, judges });
  const { store, now, holder, trust, retention, offered } = opened;
  // What people were told decides whether this may start, before anything else happens.
  await publishPolicy(opened, data);
  const isLive = (instance: string): boolean => live.has(instance) || server?.hears(instance) === true;
  let server: KeeperServer | undefined;
  const forgetAfterMs = data.generationMsMax + forgetGraceMs;
  const recovery = { store, dataDir: data.dataDir, isLive, log, now, holder, forgetAfterMs, seal: trust.seal };
  // The lock on the data directory says that nobody else uses a file in it; a database may have other trees.
  await recover(recovery, data.databaseUrl === undefined);
  const place = { dataDir: data.dataDir, databaseUrl: data.databaseUrl };
  const erasing = { store, place, stones: new TombstoneMaker(opened.pepper), leftover: opened.leftover, now };
  const back = await replayTombstones(erasing);
  if (back > 0) log('erasures-replayed', { records: back });

  const alerts = new AlertDesk({ alerts: store.alerts, url: data.alertWebhook, log, now });
  const tellPeople = alerts.tell;
  const health = new HealthDesk({ hints: store.hints, now, tell: tellPeople });
  await health.start();
  const limits = new LimitDesk({ warnings: store.warnings, overruns: store.overruns, log, now, tell: tellPeople });
  const held = new HeldBoard();
  const posts = new PostQueue(store.postings, now, log, trust.seal);
  const makeSnapshot = async () => {
    const made = await opened.makeSnapshot();
    await enterSubProcessors(opened, made.upstreams);
    return made;
  };
  let snapshot = await makeSnapshot();
  let { gatewayUrl } = data;
  // One after the other, so that the last one told is the newest.
  let renewing: Promise<void> = Promise.resolve();
  // PostgreSQL makes reports beside its other work by itself.
  const reports = data.databaseUrl === undefined ? new ReportDesk(data.dataDir) : undefined;
  const commandStore = reports ? { ...store, reports: reports.over(store.reports) } : store;
  const commandContext = {
    ...opened,
    store: commandStore,
    heldOf: (wallet: string) => held.of(wallet),
    snapshot: async () => snapshot,
    probe: new Probe({ ...opened, url: () => gatewayUrl }),
  };
  const tellChanges = (sequence: number, changes: readonly Change[]): void => {
    server?.tellGateways({ kind: 'changed', sequence, changes });
    // A workspace that the file gives prices of its own may be a new one.
    const concernsPrices = (change: Change) =>
      change.kind === 'catalogue' || (change.kind === 'workspace' && opened.awaitsWorkspace());
    if (changes.some(concernsPrices)) {
      renewing = renewing
        .then(renewSnapshot)
        .catch((thrown) => log('keeper-task-failed', { task: 'snapshot', ...faultFields(thrown) }));
    }
  };
  const tell: RecallContext['tell'] = (...recall) => server?.recall(...recall) ?? [];
  const recalls = new RecallDesk({ store, holder, now, tell });
  const events = { changed: tellChanges, recalled: (what: string) => recalls.heard(what) };
  const feed = new ChangeFeed(store.changes, await store.changes.head(), events);
  const renewSnapshot = async (): Promise<void> => {
    snapshot = await makeSnapshot();
    const { accounts } = offered;
    server?.tellGateways({ kind: 'snapshot', sequence: feed.sequence, snapshot, accounts });
  };
  const uses = new KeyUses();
  server = await serve(data.socketPath, {
    store,
    posts,
    held,
    health,
    limits,
    feed,
    recalls,
    rates: new RateBoard(store.rates),
    uses,
    networks: new NetworkHashes(store.accounts, opened.randomBytes),
    log,
    now,
    pepper: opened.pepper,
    snapshot: () => snapshot,
    accounts: () => offered.accounts,
    renewed: () => renewing,
    run: (name, args) => runCommand(commandContext, name, args),
  });
  store.changes.onChange(() => feed.read().catch(() => {}));
  const renewWhenDue = async (): Promise<void> => {
    if (offered.isDue(now())) await renewSnapshot();
  };
  const beat = startBeat({ feed, health, limits, server, log, renewWhenDue });
  const fenceJob = startFenceJob(recovery);
  const entering = opened
    .enterRegistry()
    .catch((thrown) => log('keeper-task-failed', { task: 'registry', ...faultFields(thrown) }));
  const retentionJob = startRetentionJob({ store, dataDir: data.dataDir, rules: retention, holder, log, now });
  const tidyJob = startTidyJob({ store, holder, log, now, tell: tellPeople });
  const inspectionJob = startInspectionJob(opened.inspections, log);
  const webhookPost = new WebhookPost({ alerts: store.alerts, pepper: opened.pepper, log, now });
  webhookPost.start();
  const noticeJob = startNoticeJob({ store, holder, log, now });
  const upstreams = () => snapshot.upstreams;
  const linkJob = startLinkJob({ store, holder, log, now, upstreams, tell: tellPeople });
  const erasureJob = startErasureJob({ ...erasing, payments: opened.payments, holder, log, tell: tellPeople });
  const dormancyJob = startDormancyJob({ store, place, policies: opened.policies, holder, log, now });
  const useTask = uses.start(store, log);
  const booksJob = startBooksJob({ store, holder, log, now, tell: tellPeople });
  const moneyJob = startMoneyJob({ store, desk: opened.payments, holder, log, now });
  if (snapshot.contact === undefined) log('support-channel-missing');
  log('keeper-started', { ms: Date.now() - startedAt });

  return {
    listens(url) {
      gatewayUrl = url;
    },
    gone(instance) {
      live.delete(instance);
      // One that drained has left nothing. Should this fail, the fence job does it a minute later.
      if (!journalsIn(data.dataDir).includes(instance)) return;
      recoverInstance(recovery, instance).catch((thrown) =>
        log('keeper-task-failed', { task: 'gone', ...faultFields(thrown) }),
      );
    },
    async stop() {
      beat.stop();
      await fenceJob.stop();
      await tidyJob.stop();
      await noticeJob.stop();
      await linkJob.stop();
      await entering;
      await retentionJob.stop();
      await inspectionJob.stop();
      await erasureJob.stop();
      await dormancyJob.stop();
      await useTask.stop();
      await booksJob.stop();
      await moneyJob.stop();
      await webhookPost.stop();
      await posts.flush();
      await server.close();
      await alerts.close();
      await reports?.close();
      posts.close();
      await store.close();
      log('keeper-stopped');
    },
  };
}

async function publishPolicy(
  { policies, policySettings, store, trust, now }: OpenedKeeper,
  { retention, dormancy }: KeeperThreadData,
) {
  try {
    await policies.publish(policySettings, { usageDays: retention?.usageDays ?? usageDaysMax, dormancy }, trust, now());
    await tellOfPolicies(store, policies, now());
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

type Beating = {
  readonly feed: ChangeFeed;
  readonly health: HealthDesk;
  readonly limits: LimitDesk;
  readonly server: KeeperServer;
  readonly log: KeeperLog;
  /** A price that was set for now holds. */
  renewWhenDue(): Promise<void>;
};

/** Each second: what is new, then that the store answers. Silence tells gateways that it does not. */
function startBeat({ feed, health, limits, server, log, renewWhenDue }: Beating): { stop(): void } {
  const timer = setInterval(async () => {
    try {
      await feed.read();
      await renewWhenDue();
      server.tellGateways({ kind: 'alive', sequence: feed.sequence });
      const hints = await health.news();
      if (hints.length > 0) server.tellGateways({ kind: 'hints', hints });
      await limits.tellNews();
    } catch (thrown) {
      log('keeper-task-failed', { task: 'beat', ...faultFields(thrown) });
    }
  }, beatMs).unref();
  return { stop: () => clearInterval(timer) };
}
