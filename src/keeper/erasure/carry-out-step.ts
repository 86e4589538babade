import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatUsd } from '#core/money/nano.ts';
import type { ErasureTable } from '#core/privacy/erasure/erasure-plan.ts';
import type { ErasedIds, ErasureRow, Tombstone } from '#store/erasure-store.ts';
import type { PeopleErasure } from '#store/people/people-erasure.ts';
import type { ErasureContext } from './erasure-job.ts';
import type { ErasureStep } from './erasure-steps.ts';
import { forgetInCopies, readKeyCopy } from './key-copy.ts';
import { addToTombstoneFile, readTombstoneFile } from './tombstones.ts';

export type StepContext = Pick<ErasureContext, 'store' | 'place' | 'stones' | 'leftover' | 'payments' | 'now'> & {
  readonly erasure: ErasureRow;
  readonly people: PeopleErasure | undefined;
  /** Lets others have a turn; false: somebody else goes on with it, or nobody just now. */
  goOn(): Promise<boolean>;
};

/** How many rows went, or why it waits. */
export type StepOutcome = { readonly rows: number } | { readonly waits: string };

/** A step holds the store for some milliseconds, and postings go in between. */
const pieceRows = 500;
/** What an upstream does not delete until then is told in the receipt: it goes there when it expires. */
const objectsGivenUpMs = 10 * 86_400_000;
/** A copy of keys that was not reached until then expires with the backups beside it. */
const keyCopiesGivenUpMs = 10 * 86_400_000;
/** A payment of which nothing was heard until then is none: the slowest kinds are told of within two weeks, and the grace is two. */
const paymentsGivenUpMs = 10 * 86_400_000;

export async function carryOut(step: ErasureStep, place: number, context: StepContext): Promise<StepOutcome> {
  const { store, erasure, now } = context;
  const { subject } = erasure;
  switch (step.kind) {
    case 'table':
      return await eraseTable(step.table, place, context);
    case 'last-owner':
      return (await store.erasures.soleOwnerOf(subject)).length > 0 ? { waits: 'last-owner' } : none;
    case 'stored-objects':
      return await waitForObjects(context);
    case 'held': {
      const { leased, operations, payments } = await store.erasures.heldOf(subject);
      if (leased > 0n || operations > 0) return { waits: 'held' };
      return payments > 0 && now() < erasure.purgeAt + paymentsGivenUpMs ? { waits: 'payment' } : none;
    }
    case 'wallet':
      return await emptyWallet(context);
    case 'payment-customer':
      return await forgetCustomer(context);
    case 'tombstone': {
      const stone = stoneOf(context);
      addToTombstoneFile(context.place.dataDir, [stone]);
      await store.erasures.addTombstones([stone]);
      // Those that cannot be reached now are tried again with the other copies.
      await forgetInKeyCopies(context);
      return none;
    }
    case 'copies':
      for (const path of copiesIn(context.place.dataDir)) rmSync(path, { force: true });
      return await forgetInAllCopies(context);
    case 'files': {
      const areClean = (await store.erasures.scrub()) && (await context.people?.scrub()) !== false;
      return areClean || now() > erasure.dueAt ? none : { waits: 'readers' };
    }
  }
}

/** A look by itself: nothing of what the step does is left. */
export async function isClean(step: ErasureStep, context: StepContext): Promise<boolean> {
  const { store, erasure, place } = context;
  switch (step.kind) {
    case 'table':
      return (await leftIn(step.table, context)) === 0;
    case 'tombstone': {
      const { hash } = stoneOf(context);
      const has = (stones: readonly Tombstone[]) => stones.some((stone) => stone.hash === hash);
      const isKept = (await store.erasures.keyCopies()).some((path) => isInCopy(path, erasure.subject));
      return !isKept && has(readTombstoneFile(place.dataDir)) && has(await store.erasures.tombstones());
    }
    case 'copies':
      return copiesIn(place.dataDir).length === 0;
    case 'wallet': {
      const { refunded, promo } = await store.erasures.leftoverOf(erasure.subject);
      return refunded === 0n && promo === 0n;
    }
    case 'last-owner':
    case 'stored-objects':
    case 'held':
    case 'payment-customer':
    case 'files':
      return true;
  }
}

const none: StepOutcome = { rows: 0 };

/** One that is damaged or cannot be reached is none that a look could find anybody in. */
function isInCopy(path: string, subject: string): boolean {
  try {
    return subject in (readKeyCopy(path)?.keys ?? {});
  } catch {
    return false;
  }
}

/** Gives those that were not reached. */
async function forgetInKeyCopies(context: StepContext): Promise<readonly string[]> {
  const { store, erasure } = context;
  const person = erasure.kind === 'person' ? erasure.subject : undefined;
  const stone = stoneOf(context);
  return forgetInCopies(await store.erasures.keyCopies(), { person, stone });
}

/** A disk or a server may be away for some days: what is not reached until then is counted in the receipt. */
async function forgetInAllCopies(context: StepContext): Promise<StepOutcome> {
  const { store, erasure, now } = context;
  const missed = await forgetInKeyCopies(context);
  // Of a workspace no key lies there, and its tombstone stands beside the database too: nobody waits for that.
  if (erasure.kind === 'person') {
    if (missed.length > 0 && now() < erasure.purgeAt + keyCopiesGivenUpMs) return { waits: 'key-copies' };
    for (const path of missed) await store.erasures.removeKeyCopy(path);
  }
  await store.erasures.addFacts(erasure.id, { key_copies_not_reached: String(missed.length) });
  return none;
}

async function eraseTable(table: ErasureTable, place: number, context: StepContext): Promise<StepOutcome> {
  const { store, erasure, people, now } = context;
  if (table.place === 'people' && table.table === 'backing_wallet') await endBacking(context);
  for (;;) {
    const piece =
      table.place === 'main'
        ? await store.erasures.erase({
            erasure: erasure.id,
            place,
            table,
            ids: idsOf(erasure),
            max: pieceRows,
            now: now(),
          })
        : ((await people?.erase(table, idsOf(erasure), { max: pieceRows, now: now() })) ?? 0);
    if (table.place === 'people' && piece > 0)
      await store.erasures.countRows({ erasure: erasure.id, place, rows: piece });
    if (isProof(table) && piece === 0) return (await leftIn(table, context)) > 0 ? { waits: 'links' } : none;
    if (piece === 0 || table.action === 'blank') return none;
    if (!(await context.goOn())) return { waits: 'cut-off' };
  }
}

/** What a wallet that goes with its person was worth to a workspace is worth nothing from now on. */
async function endBacking({ store, erasure, people, now }: StepContext): Promise<void> {
  for (const workspace of (await people?.backedBy(erasure.subject)) ?? []) {
    for (const limit of await store.accounts.limits(workspace)) {
      const isBacked =
        !limit.ofAll && limit.window === 'day' && (limit.unit === 'requests' || limit.unit === 'nano-usd');
      if (!isBacked || limit.key !== null || limit.eachEndUser || limit.model !== null || limit.upstream !== null)
        continue;
      await store.accounts.setLimit({ ...limit, limit: 0n, now: now() });
    }
  }
}

function isProof({ place, table }: ErasureTable): boolean {
  return place === 'people' && table === 'proof';
}

/** So far the clock of whoever writes links may be ahead of ours. */
const clocksApartMs = 120_000;

/**
 * A link in a letter holds for an hour at most, and who it is for is sealed: what was made while the person was there is waited for,
 * and what others made since, who come and sign in all the time, holds nothing up.
 */
async function proofsLeft({ store, erasure, people, now }: StepContext): Promise<number> {
  const steps = await store.erasures.steps(erasure.id);
  const goneAt = steps.find(({ name }) => name === 'people:person')?.doneAt ?? now();
  return (await people?.proofsMadeBy(goneAt + clocksApartMs)) ?? 0;
}

async function leftIn(table: ErasureTable, context: StepContext): Promise<number> {
  if (isProof(table)) return await proofsLeft(context);
  const { store, erasure, people, now } = context;
  if (table.place === 'main') return await store.erasures.left(table, idsOf(erasure), now());
  return (await people?.left(table, idsOf(erasure), now())) ?? 0;
}

/** Gateways delete them, as whoever left them there could: docs/reference/deletion.md. */
async function waitForObjects({ store, erasure, now }: StepContext): Promise<StepOutcome> {
  const { objects } = await store.erasures.heldOf(erasure.subject);
  if (objects > 0 && now() < erasure.purgeAt + objectsGivenUpMs) return { waits: 'stored-objects' };
  await store.erasures.addFacts(erasure.id, { objects_left: String(objects) });
  return none;
}

async function emptyWallet({ store, erasure, leftover, now }: StepContext): Promise<StepOutcome> {
  const closing = { workspace: erasure.subject, rule: leftover, reference: erasure.id, now: now() };
  const { refunded, forfeited, promo } = await store.erasures.closeWallet(closing);
  if (refunded + forfeited + promo === 0n) return none;
  const facts = { refunded_usd: formatUsd(refunded), forfeited_usd: formatUsd(forfeited), promo_usd: formatUsd(promo) };
  await store.erasures.addFacts(erasure.id, facts);
  return none;
}

async function forgetCustomer({ store, erasure, payments }: StepContext): Promise<StepOutcome> {
  const customer = await store.payments.customer(erasure.subject);
  if (!customer || !payments) return none;
  await payments.stripe.forgetCustomer(customer.customer);
  return none;
}

function idsOf({ subject, pseudonym, address }: ErasureRow): ErasedIds {
  return { subject, pseudonym, address };
}

function stoneOf({ stones, erasure }: StepContext): Tombstone {
  const { kind, subject, purgeAt } = erasure;
  return { hash: stones.hashOf(kind, subject), kind, at: purgeAt };
}

const copyName = /^main\.db\.backup-v\d+(\.unfinished)?$/;

/** What the start copies before it changes the schema holds who was there then. */
function copiesIn(dataDir: string): readonly string[] {
  return readdirSync(dataDir)
    .filter((name) => copyName.test(name))
    .map((name) => join(dataDir, name));
}
