import type { CallerFound, GrantedLease, GrantResult, Store, StoredAllowance } from '#store/store.ts';
import { Refused } from '../commands/command.ts';
import type { KeyUses } from '../dormancy/key-uses.ts';
import type { ChangeFeed } from '../feed/change-feed.ts';
import type { HealthDesk } from '../feed/health-desk.ts';
import type { HeldBoard } from '../grants/held-board.ts';
import type { LimitDesk } from '../grants/limit-desk.ts';
import type { NetworkHashes } from '../grants/network-hashes.ts';
import type { RateBoard } from '../grants/rate-board.ts';
import type { RecallDesk } from '../grants/recall-desk.ts';
import type { FromKeeper, Granted, KeySighting, LookupResult, ToKeeper, Want } from '../interface/messages.ts';
import type { Snapshot } from '../interface/snapshot.ts';
import type { UpstreamAccount } from '../interface/upstream-account.ts';
import { faultFields, type KeeperLog } from '../keeper-log.ts';
import type { PostQueue } from '../posting/post-queue.ts';
import { readEndRecord } from '../posting/read-end-record.ts';
import { openOwnKeys } from '../secrets/own-key-vault.ts';
import type { Peer } from './peer.ts';

/** A gateway that hears nothing for this long counts as gone. MONEY §2. */
const termMs = 60_000;

/** What answering needs. */
export type AnswerContext = {
  readonly store: Store;
  readonly posts: PostQueue;
  readonly held: HeldBoard;
  readonly health: HealthDesk;
  readonly limits: LimitDesk;
  readonly feed: ChangeFeed;
  readonly recalls: RecallDesk;
  readonly rates: RateBoard;
  readonly networks: NetworkHashes;
  readonly uses: KeyUses;
  readonly log: KeeperLog;
  /** What workspaces' own keys are sealed with. */
  readonly pepper: Uint8Array;
  now(): number;
  snapshot(): Snapshot;
  /** How gateways ask the upstreams that the configuration does not name. */
  accounts(): readonly UpstreamAccount[];
  /** Gateways were told what is offered now, as far as it was known when this was asked. */
  renewed(): Promise<void>;
  run(name: string, args: unknown): Promise<unknown>;
};

/** Answers one message of a peer. What cannot be answered is refused, and the next message gets its turn. */
export async function answer(context: AnswerContext, peer: Peer, message: ToKeeper): Promise<void> {
  try {
    await answerOrThrow(context, peer, message);
  } catch (thrown) {
    const isRefused = thrown instanceof Refused;
    if (!isRefused) context.log('keeper-task-failed', { task: message.kind, ...faultFields(thrown) });
    if ('ask' in message) {
      peer.say({ kind: 'refused', ask: message.ask, why: isRefused ? thrown.sentence : 'store-failed' });
    }
  }
}

async function answerOrThrow(context: AnswerContext, peer: Peer, message: ToKeeper): Promise<void> {
  const { store } = context;
  switch (message.kind) {
    case 'hello':
      return await welcome(context, peer, message);
    case 'lookup': {
      const { sequence, found } = await store.accounts.callerByHash(message.hash, context.now());
      if (found.state === 'known') context.uses.saw(found.key, context.now(), null);
      return peer.say({ kind: 'caller', ask: message.ask, sequence, found: toLookupResult(found, context) });
    }
    case 'want': {
      const askedAt = performance.now();
      const [instance, wants] = [instanceOf(peer), message.wants.map(toGrantAsk)];
      const result = await store.leases.grant(instance, wants, context.now());
      if (result.kind !== 'short') return peer.say(toGrantReply(message.ask, result, context.now()));
      // What others give back comes over this same stream, or theirs: nobody's next message waits for it.
      void answerLater(context, peer, message.ask, context.recalls.tryAgain(instance, wants, result, askedAt));
      return;
    }
    case 'give':
      await store.leases.give(instanceOf(peer), message.lease, BigInt(message.granted), message.done);
      return context.recalls.gave(instanceOf(peer));
    case 'held':
      return context.held.set(peer, message.wallet, BigInt(message.amount));
    case 'rate': {
      const { id, rate, need, wanted } = message;
      const { granted, retryAfterMs } = await context.rates.take(id, rate, { need, wanted, now: context.now() });
      return peer.say({ kind: 'rate-taken', ask: message.ask, granted, retryAfterMs });
    }
    case 'rate-back':
      return await context.rates.giveBack(message.id, message.rate, { unused: message.unused, now: context.now() });
    case 'renew': {
      const isAlive = await store.leases.keepAlive(instanceOf(peer), context.now() + termMs);
      if (!isAlive) throw new Refused('fenced');
      return peer.say({ kind: 'renewed', ask: message.ask, termMs, sequence: context.feed.sequence });
    }
    case 'hints':
      return await context.health.take(instanceOf(peer), message.hints);
    case 'alert':
      return await context.health.alert(message.alert);
    case 'sightings':
      return await recordSightings(context, message.sightings);
    case 'capture': {
      const at = context.now();
      const isTaken = await store.inspections.capture({ ...message.capture, at });
      if (isTaken) await context.feed.read().catch(() => {});
      return peer.say({ kind: 'result', ask: message.ask, value: isTaken });
    }
    case 'ended':
      return post(context, peer, message);
    case 'command': {
      const value = await context.run(message.name, message.args);
      // What it changed, gateways shall know at once; should that fail, the next beat tells them.
      await context.feed.read().catch(() => {});
      await context.renewed();
      return peer.say({ kind: 'result', ask: message.ask, value: value ?? null });
    }
    case 'bye':
      await context.posts.flush();
      await store.leases.release(instanceOf(peer), 'left');
      return peer.say({ kind: 'result', ask: message.ask, value: null });
  }
}

/** What the store keeps of a network is its hash of this week, and of each key the last one. */
async function recordSightings(context: AnswerContext, sightings: readonly KeySighting[]): Promise<void> {
  const now = context.now();
  const hashed = [];
  for (const { key, networks, endUsers, last } of sightings) {
    if (last !== null) context.uses.saw(key, now, last);
    const { week, hashes } = await context.networks.hashes(
      networks.map(({ network }) => network),
      now,
    );
    const seen = networks.map(({ country }, index) => ({ hash: hashes[index] ?? '', country }));
    hashed.push({ key, week, networks: seen, endUsers });
  }
  await context.store.abuse.sighted(hashed, now);
}

async function answerLater(
  context: AnswerContext,
  peer: Peer,
  ask: number,
  granting: Promise<GrantResult>,
): Promise<void> {
  try {
    const result = await granting;
    // People hear of it before whoever asked is refused.
    if (result.kind === 'short') await context.limits.short(result.allowance);
    peer.say(toGrantReply(ask, result, context.now()));
  } catch (thrown) {
    context.log('keeper-task-failed', { task: 'recall', ...faultFields(thrown) });
    peer.say({ kind: 'refused', ask, why: 'store-failed' });
  }
}

/** A fenced instance is refused: it must start anew, under another id. Only gateways get the catalogue. */
async function welcome(
  context: AnswerContext,
  peer: Peer,
  hello: { readonly instance: string; readonly part: 'gateway' | 'journal' | 'command' },
): Promise<void> {
  const isGateway = hello.part === 'gateway';
  if (isGateway && !(await context.store.leases.keepAlive(hello.instance, context.now() + termMs))) {
    peer.say({ kind: 'refused', ask: 0, why: 'fenced' });
    return peer.end();
  }
  peer.greet(hello);
  const snapshot = isGateway ? context.snapshot() : { ...context.snapshot(), upstreams: [], models: [] };
  const accounts = isGateway ? context.accounts() : [];
  peer.say({ kind: 'welcome', termMs, sequence: context.feed.sequence, snapshot, accounts });
  const hints = isGateway ? await context.health.fresh() : [];
  if (hints.length > 0) peer.say({ kind: 'hints', hints });
}

/** A broken record is left out with an alarm: the whole ones beside it must not wait for it. */
function post(context: AnswerContext, peer: Peer, message: ToKeeper & { readonly kind: 'ended' }): void {
  const records = message.records.map(readEndRecord);
  const broken = records.filter((record) => record === 'broken').length;
  if (broken > 0) context.log('keeper-record-broken', { records: broken });
  const ends = records.filter((record) => record !== undefined && record !== 'broken');
  context.posts.add(ends, () => peer.say({ kind: 'posted', through: message.through }));
}

function instanceOf(peer: Peer): string {
  if (peer.instance === undefined) throw new Refused('hello comes first');
  return peer.instance;
}

function toGrantAsk(want: Want) {
  return {
    allowance: want.allowance,
    lease: want.lease,
    have: BigInt(want.have),
    need: BigInt(want.need),
    wanted: BigInt(want.wanted),
    target: BigInt(want.target),
  };
}

function toGrantReply(ask: number, result: GrantResult, now: number): FromKeeper {
  switch (result.kind) {
    case 'granted':
      return { kind: 'granted', ask, leases: result.leases.map((lease) => toGranted(lease, now)) };
    case 'short': {
      const resetsInMs = result.resetsAt === null ? null : Math.max(0, result.resetsAt - now);
      const { allowance, free, againInMs } = result;
      const again = againInMs === undefined ? {} : { againInMs };
      return { kind: 'short', ask, allowance, free: String(free), resetsInMs, ...again };
    }
    case 'fenced':
      return { kind: 'refused', ask, why: 'fenced' };
  }
}

function toGranted({ lease, allowance, window, granted, endsAt, tight, left }: GrantedLease, now: number): Granted {
  const endsInMs = endsAt === null ? null : Math.max(0, endsAt - now);
  return { lease, allowance, window, granted: String(granted), endsInMs, tight, left: String(left) };
}

function toLookupResult(found: CallerFound, { pepper, snapshot }: AnswerContext): LookupResult {
  if (found.state !== 'known') return { state: found.state };
  // Whoever it belongs to asked for that: the account API serves its rights all the same.
  if (found.isRestricted) return { state: 'restricted' };
  const { state, allowances, endUserRules, ownKeys: sealed, isRestricted: _, ...caller } = found;
  const ownKeys = openOwnKeys(sealed, { pepper, upstreams: snapshot().upstreams });
  const toRow = (row: StoredAllowance) => ({ ...row, limit: String(row.limit) });
  return {
    state,
    caller: { ...caller, allowances: allowances.map(toRow), endUserRules: endUserRules.map(toRow), ownKeys },
  };
}
