import { keptFrom } from '#core/privacy/retention.ts';
import type { LegalHold } from '#store/retention-store.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

const runsShown = 200;
const yearMs = 366 * 86_400_000;

/** What is kept for how long, and the evidence of what went. */
export async function showRetention({ store, retention, now }: CommandContext) {
  const runs = await store.retention.runs(runsShown);
  return {
    usage_days: retention.usageDays,
    kept_from: isoOf(keptFrom(now(), retention.usageDays)),
    runs: runs.map(({ subject, cutoff, rows, oldest, newest, digest, at }) => {
      return {
        subject,
        cutoff: isoOf(cutoff),
        rows,
        oldest: isoOf(oldest),
        newest: isoOf(newest),
        digest,
        at: isoOf(at),
      };
    }),
  };
}

/** What a dispute or the law holds back stays until somebody ends the hold, with an owner, a reason and a day to ask again. */
export async function setLegalHold(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const now = context.now();
  const { id: workspace } = await findWorkspace(context, args);
  const reviewAt = args.optionalInstant('review', 'when the hold is reviewed, as in 2027-01-31');
  if (reviewAt === undefined) throw new Refused('Say when the hold is reviewed, as in --review 2027-01-31.');
  if (reviewAt <= now || reviewAt > now + yearMs) throw new Refused('Say a day of review within the next year.');
  const owner = args.text('owner', 'who answers for the hold');
  const reason = args.text('reason', 'why it is needed');
  return toHoldJson(await context.store.retention.hold({ workspace, owner, reason, reviewAt, now }), now);
}

export async function listLegalHolds({ store, now }: CommandContext) {
  return (await store.retention.holds()).map((hold) => toHoldJson(hold, now()));
}

export async function endLegalHold({ store, now }: CommandContext, given: unknown) {
  const id = new Arguments(given).text('id', "the hold's id");
  if (!(await store.retention.endHold(id, now()))) throw new Refused(`There is no hold "${id}" in force.`);
  return { id, ended: true };
}

function toHoldJson({ id, workspace, owner, reason, reviewAt, createdAt }: LegalHold, now: number) {
  return {
    id,
    workspace,
    owner,
    reason,
    review: isoOf(reviewAt),
    is_due: reviewAt <= now,
    created_at: isoOf(createdAt),
  };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
