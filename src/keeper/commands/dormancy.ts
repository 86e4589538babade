import { dormantSince } from '#core/privacy/dormancy.ts';
import { purgeFrom } from '#core/privacy/erasure/erasure-clock.ts';
import { dormancyInForce } from '../dormancy/dormancy-job.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { askedByDormancy, openPerson } from './erasures.ts';
import { operatorWorkspace } from './find-workspace.ts';

const mailMax = 50;
/** Whoever took a letter has tried for some minutes by then, or is gone. */
const againAfterMs = 3_600_000;
const dayMs = 86_400_000;

/** Letters to persons who do not come any more, that are to be written now. */
export async function takeDormancyMail({ store, policies, now }: CommandContext) {
  const rules = dormancyInForce(policies, now());
  if (!rules) return [];
  const { months, noticeDays } = rules;
  const taken = await store.dormancy.takeMail({ max: mailMax, now: now(), againAfterMs, noticeDays });
  return taken.map(({ person, kind, closesAt }) => ({ person, kind, months, closes_at: isoOf(closesAt) }));
}

export async function endDormancyMail({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const state = args.optionalChoice('state', 'what became of it', ['sent', 'unsent', 'failed', 'none']);
  if (state === undefined) throw new Refused('Say what became of it: sent, unsent, failed or none.');
  await store.dormancy.mailed(args.text('person', 'which person', 64), state, now());
  const pseudonym = args.optionalText('pseudonym', "the person's pseudonym", 64);
  if (pseudonym !== undefined && (state === 'sent' || state === 'failed')) {
    await enterFact({ store, now }, { action: `dormant-letter-${state}`, target: pseudonym });
  }
  return { state };
}

/** Deletes whoever was told twice and did not come: with the grace, and by the saga, of every deletion. Null: nothing is to be done. */
export async function closeDormant(context: CommandContext, given: unknown) {
  const { store, policies, now } = context;
  const args = new Arguments(given);
  const person = args.text('person', 'which person', 64);
  const pseudonym = args.text('pseudonym', "the person's pseudonym", 64);
  const rules = dormancyInForce(policies, now());
  if (!rules) return null;
  const since = dormantSince(now(), rules.months);
  const begun = await store.erasures.openOf('person', person);
  // Whoever closed it was gone before its letter was.
  if (begun?.askedBy === askedByDormancy) return { id: begun.id, purge_from: isoOf(begun.purgeAt) };
  if (!(await store.dormancy.isOver(person, since))) return null;
  const alone = await store.erasures.soleOwnerOf(person);
  const why = await whyNot(context, { person, workspaces: alone.map(({ id }) => id), since });
  if (why !== undefined) {
    await store.dormancy.waits(person, why, now() + dayMs);
    return { waits: why };
  }
  const address = args.optionalText('address', 'the hash of its address', 64) ?? '';
  const along = alone.map(({ id }) => id);
  const opened = await openPerson(context, { person, pseudonym, address, along, by: askedByDormancy });
  await enterFact(context, { action: 'dormant-closing', target: pseudonym });
  return { id: opened.id, purge_from: isoOf(purgeFrom(now())) };
}

/** A workspace that others still use stays, and so does its last owner: operators see it, and make somebody else an owner. */
async function whyNot(
  { store }: CommandContext,
  {
    person,
    workspaces,
    since,
  }: { readonly person: string; readonly workspaces: readonly string[]; readonly since: number },
): Promise<string | undefined> {
  if (await store.dormancy.isHeld(person)) return 'legal-hold';
  const own = (await operatorWorkspace(store.accounts))?.id;
  for (const workspace of workspaces) {
    if (workspace === own || (await store.dormancy.hasActiveOthers(workspace, person, since))) return 'last-owner';
  }
  return undefined;
}

/** By which rules, and how many are where: nobody is named. */
export async function showDormancy({ store, policies, now }: CommandContext) {
  const rules = dormancyInForce(policies, now());
  const counts = await store.dormancy.counts();
  const where = (each: (count: (typeof counts)[number]) => boolean) =>
    counts.filter(each).reduce((sum, { people }) => sum + people, 0);
  return {
    months: rules?.months ?? null,
    notice_days: rules?.noticeDays ?? null,
    dormant_since: rules ? isoOf(dormantSince(now(), rules.months)) : null,
    people: where(() => true),
    told_once: where(({ told }) => told === 1),
    told_twice: where(({ told }) => told === 2),
    closing: where(({ told }) => told === 3),
    letters_due: where(({ mail }) => mail === 'due' || mail === 'taken'),
    letters_failed: where(({ mail }) => mail === 'failed'),
    waits: {
      'legal-hold': where(({ waits }) => waits === 'legal-hold'),
      'last-owner': where(({ waits }) => waits === 'last-owner'),
    },
  };
}

async function enterFact(
  { store, now }: Pick<CommandContext, 'store' | 'now'>,
  fact: { readonly action: string; readonly target: string },
): Promise<void> {
  await store.audit.append({ scope: 'operator', actor: 'fairlead', outcome: 'done', ...fact }, now());
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
