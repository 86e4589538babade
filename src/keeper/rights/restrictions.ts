import { type Activity, activities, activityNames } from '#core/privacy/activities.ts';
import type { Restriction } from '#store/rights/rights-store.ts';
import { Arguments } from '../commands/arguments.ts';
import { type CommandContext, Refused } from '../commands/command.ts';

/** What rests on a legitimate interest may be objected to: GDPR, Article 21. */
const objectionable: readonly Activity[] = activityNames.filter(
  (name) => activities[name].basis === 'legitimate interest',
);

/** Everything stops but storing, security and legal claims; or the one activity that is objected to. */
export async function restrict({ store, now }: CommandContext, given: unknown) {
  const restriction = readRestriction(new Arguments(given));
  await store.rights.restrict(restriction, now());
  return { restricted: true, activity: restriction.activity };
}

export async function liftRestriction({ store, now }: CommandContext, given: unknown) {
  const restriction = readRestriction(new Arguments(given));
  if (!(await store.rights.lift(restriction, now()))) throw new Refused('Nothing of that is restricted.');
  return { restricted: false, activity: restriction.activity };
}

export async function showRestrictions({ store }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const kind = args.optionalChoice('kind', 'of whom', ['person', 'workspace'] as const) ?? 'person';
  const found = await store.rights.restrictionsOf(kind, args.text('subject', 'whose', 64));
  return found.map(({ activity, since }) => ({ activity, since: new Date(since).toISOString() }));
}

function readRestriction(args: Arguments): Restriction {
  const kind = args.optionalChoice('kind', 'of whom', ['person', 'workspace'] as const) ?? 'person';
  const activity = args.optionalText('activity', 'what is objected to', 64) ?? 'all';
  if (activity !== 'all' && !objectionable.some((name) => name === activity)) {
    throw new Refused(`What may be objected to is ${objectionable.join(', ')}.`);
  }
  return { kind, subject: args.text('subject', 'whose', 64), workspace: '', activity };
}
