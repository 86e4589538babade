import { formatUsd } from '#core/money/nano.ts';
import { graceDays, purgedBy, purgeFrom } from '#core/privacy/erasure/erasure-clock.ts';
import type { ErasureRow, NewErasure } from '#store/erasure-store.ts';
import { pseudonymOf } from '../erasure/replay-tombstones.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace, operatorWorkspace } from './find-workspace.ts';

const listed = 200;
const objectsAtOnce = 50;
const kinds = ['person', 'workspace'] as const;

/** What deleting somebody would mean: dates, money, who else is concerned. Shown before anybody confirms it. */
export async function previewErasure(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const { store, now, leftover } = context;
  const at = now();
  const dates = { grace_days: graceDays, purge_from: isoOf(purgeFrom(at)), gone_by: isoOf(purgedBy(at)), leftover };
  const person = args.optionalText('person', 'who', 64);
  if (person === undefined) {
    const { id, name } = await findWorkspace(context, args);
    return { kind: 'workspace', ...dates, workspaces: [await tellWorkspace(context, { id, name, members: 0 })] };
  }
  const alone = await store.erasures.soleOwnerOf(person);
  const workspaces = await Promise.all(alone.map((each) => tellWorkspace(context, each)));
  return { kind: 'person', ...dates, workspaces };
}

async function tellWorkspace(
  { store }: CommandContext,
  { id, name, members }: { readonly id: string; readonly name: string; readonly members: number },
) {
  const { refunded, promo } = await store.erasures.leftoverOf(id);
  const { operations, objects } = await store.erasures.heldOf(id);
  return {
    ...{ id, name, members },
    ...{ paid_usd: formatUsd(refunded), promo_usd: formatUsd(promo), batches: operations, stored_objects: objects },
    legal_hold: await store.erasures.isHeld(id),
    is_operators: (await operatorWorkspace(store.accounts))?.id === id,
  };
}

/** Begins the grace: keys do nothing from now on, and it can be taken back until the grace is over. */
export async function openErasure(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const by = args.optionalText('by', 'who asks', 64) ?? 'command-line';
  const person = args.optionalText('person', 'who', 64);
  if (person === undefined) {
    const { id } = await findWorkspace(context, args);
    return toJson(await openWorkspace(context, { workspace: id, by, parent: null }), context.now());
  }
  const pseudonym = args.text('pseudonym', "the person's pseudonym", 64);
  const address = args.optionalText('address', 'the hash of its address', 64) ?? '';
  const along = args.isList('workspaces') ? args.texts('workspaces', 'which workspaces go along') : [];
  return await openPerson(context, { person, pseudonym, address, along, by });
}

/** Who asks for the deletion of somebody who does not come any more. Whoever comes back takes it back. */
export const askedByDormancy = 'dormancy';

export async function openPerson(
  context: CommandContext,
  {
    person,
    pseudonym,
    address,
    along,
    by,
  }: Readonly<Record<'person' | 'pseudonym' | 'address' | 'by', string>> & { readonly along: readonly string[] },
) {
  const { store, now } = context;
  const alone = await store.erasures.soleOwnerOf(person);
  const left = alone.filter(({ id }) => !along.includes(id));
  if (left.length > 0) throw new Refused(ownerless(left));
  const operators = (await store.members.operators()).filter(({ role }) => role === 'operator');
  if (operators.length === 1 && operators[0]?.person === person) {
    throw new Refused('You are the only operator here: make somebody else one first.');
  }
  const workspaces = alone.filter(({ id }) => along.includes(id));
  for (const { id } of workspaces) await refuseOperators(context, id);
  const erasure = await store.erasures.open({
    kind: 'person',
    subject: person,
    pseudonym,
    address,
    ...datesOf(by, now()),
  });
  if (!erasure) throw new Refused('This account is being deleted already.');
  for (const { id } of workspaces) await openWorkspace(context, { workspace: id, by, parent: erasure.id });
  return toJson(erasure, now());
}

async function openWorkspace(
  context: CommandContext,
  { workspace, by, parent }: { readonly workspace: string; readonly by: string; readonly parent: string | null },
): Promise<ErasureRow> {
  await refuseOperators(context, workspace);
  const { store, now } = context;
  const given = { kind: 'workspace', subject: workspace, pseudonym: pseudonymOf(workspace), address: '' } as const;
  const erasure = await store.erasures.open({ ...given, ...datesOf(by, now()), parent });
  if (!erasure && parent === null) throw new Refused('This workspace is being deleted already.');
  return erasure ?? (await mustBeOpen(context, workspace));
}

async function mustBeOpen({ store }: CommandContext, workspace: string): Promise<ErasureRow> {
  const open = await store.erasures.openOf('workspace', workspace);
  if (!open) throw new Error('a deletion that is open cannot be found');
  return open;
}

async function refuseOperators({ store }: CommandContext, workspace: string): Promise<void> {
  if ((await operatorWorkspace(store.accounts))?.id !== workspace) return;
  throw new Refused(
    "This is the operator's own workspace: it stays as long as this Fairlead does. Make somebody else its owner.",
  );
}

function ownerless(workspaces: readonly { readonly name: string }[]): string {
  const names = workspaces.map(({ name }) => `"${name}"`).join(', ');
  return `You are the only owner of ${names}: make somebody else an owner, or have it deleted along with your account.`;
}

function datesOf(
  askedBy: string,
  now: number,
): Pick<NewErasure, 'askedBy' | 'parent' | 'askedAt' | 'purgeAt' | 'dueAt' | 'facts'> {
  return { askedBy, parent: null, askedAt: now, purgeAt: purgeFrom(now), dueAt: purgedBy(now), facts: {} };
}

/** Within the grace, everything is as it was. */
export async function cancelErasure({ store, now }: CommandContext, given: unknown) {
  const id = new Arguments(given).text('id', 'the id of the deletion');
  const found = await store.erasures.find(id);
  const parent = found?.parent ? await store.erasures.find(found.parent) : undefined;
  if (parent && (parent.state === 'pending' || parent.state === 'purging')) {
    throw new Refused('It goes along with the account of its owner: cancel that deletion.');
  }
  if (!(await store.erasures.cancel(id, now()))) {
    throw new Refused(
      'There is no such deletion that can be taken back: its days of grace are over, or it was cancelled.',
    );
  }
  // Its two years begin anew: whoever took it back knows why the account stays.
  if (found?.kind === 'person' && found.askedBy === askedByDormancy) await store.dormancy.active(found.subject, now());
  return { id, cancelled: true };
}

/** For whoever knows its id, which nobody can guess: how far it is, and the receipt when it is done. */
export async function showErasure({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const id = args.optionalText('id', 'the id of the deletion', 64);
  const found = id === undefined ? await openOne(store, args) : await store.erasures.find(id);
  if (!found) return null;
  const steps = await store.erasures.steps(found.id);
  const along = (await store.erasures.childrenOf(found.id)).map((each) => each.id);
  return {
    ...toJson(found, now()),
    steps: steps.map(({ name, rows, verifiedAt }) => ({ name, rows, verified: verifiedAt !== null })),
    along,
    // A parser: the job wrote it.
    receipt: found.receipt === null ? null : (JSON.parse(found.receipt) as object),
  };
}

async function openOne(store: CommandContext['store'], args: Arguments): Promise<ErasureRow | undefined> {
  const kind = args.optionalChoice('kind', 'who', kinds) ?? 'workspace';
  return await store.erasures.openOf(kind, args.text('subject', 'whose', 64));
}

export async function listErasures({ store, now }: CommandContext) {
  return (await store.erasures.list(listed)).map((each) => ({ ...toJson(each, now()), asked_by: each.askedBy }));
}

/** What gateways are to delete at upstreams, as whoever left it there could. */
export async function showErasureObjects({ store }: CommandContext) {
  return await store.erasures.objectsDue(objectsAtOnce);
}

/** Where a copy of people's keys was written beside a backup: from there too a key goes with its person. */
export async function keepKeyCopy({ store, now }: CommandContext, given: unknown) {
  await store.erasures.addKeyCopy(new Arguments(given).text('path', 'where the copy lies', 4_000), now());
  return { tombstones: await store.erasures.tombstones() };
}

function toJson(erasure: ErasureRow, now: number) {
  const { id, kind, pseudonym, state, askedAt, purgeAt, dueAt, endedAt, waits, parent, facts } = erasure;
  return {
    ...{ id, kind, pseudonym, state, parent },
    ...{ asked_at: isoOf(askedAt), purge_from: isoOf(purgeAt), gone_by: isoOf(dueAt) },
    ended_at: endedAt === null ? null : isoOf(endedAt),
    can_cancel: state === 'pending' && purgeAt > now,
    ...{ waits, facts },
  };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
