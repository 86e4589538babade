import { consentOf, inspectionReasons, windowMinutesMax, windowRequestsMax } from '#core/privacy/inspection.ts';
import type { InspectionRow } from '#store/inspection-store.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

const listed = 200;

/** One person of the operator asks for a window; a second one confirms it. */
export async function proposeInspection(context: CommandContext, given: unknown) {
  const { inspections, store } = context;
  const args = new Arguments(given);
  mustBeAllowed(context);
  const workspace = await findWorkspace(context, args);
  const reason = args.optionalChoice('reason', 'why content must be seen', inspectionReasons);
  if (!reason) throw new Refused(`Say why: ${inspectionReasons.join(', ')}.`);
  const minutes = args.optionalCount('minutes', 'for how many minutes') ?? windowMinutesMax;
  const requestsMax = args.optionalCount('requests', 'for how many requests') ?? 20;
  if (minutes < 1 || minutes > windowMinutesMax) throw new Refused(`Say from 1 to ${windowMinutesMax} minutes.`);
  if (requestsMax < 1 || requestsMax > windowRequestsMax)
    throw new Refused(`Say from 1 to ${windowRequestsMax} requests.`);
  const ticket = args.text('ticket', 'the ticket, as your own system names it', 80);
  const consent = consentOf((await store.accounts.ownerSettings(workspace.id)).inspection);
  if (consent === 'forbid') throw new Refused('This workspace forbids that anybody looks into its content.');
  const proposedBy = personOf(context, args);
  const row = await inspections.propose({
    workspace: workspace.id,
    ...{ reason, ticket, consent, minutes, requestsMax, proposedBy },
  });
  return toJson(row, context);
}

export async function confirmInspection(context: CommandContext, given: unknown) {
  const { inspections } = context;
  const args = new Arguments(given);
  mustBeAllowed(context);
  const row = await findInspection(context, args);
  const person = personOf(context, args);
  if (row.proposedBy === person)
    throw new Refused('Who asks for a window cannot confirm it: it takes the word of a second person.');
  await mustNotBeForbidden(context, row);
  const confirmed = await inspections.confirm(row.id, person);
  if (!confirmed) throw new Refused('This window waits for no confirmation any more.');
  if (confirmed.consent === 'tell' && confirmed.state !== 'open')
    throw new Refused('The workspace has a window that is open: close it first, and ask anew.');
  return toJson(confirmed, context);
}

/** The workspace's word where it wants to be asked. */
export async function answerInspection(context: CommandContext, given: unknown) {
  const { inspections, store } = context;
  const args = new Arguments(given);
  const row = await findInspection(context, args);
  const person = personOf(context, args);
  if (row.state !== 'asked') throw new Refused('Nothing is asked of this workspace about that window any more.');
  const isGood = args.optionalFlag('consents', 'whether the workspace consents') === true;
  if (isGood) mustBeAllowed(context);
  const isDone = isGood
    ? await inspections.open(row, person)
    : await inspections.refuse(row, { scope: row.workspace, person });
  if (!isDone) throw new Refused('Another window of this workspace is open, or this one is over.');
  return toJson((await store.inspections.find(row.id)) ?? row, context);
}

/** Ends a window before its time: the operator, or the workspace itself. */
export async function closeInspection(context: CommandContext, given: unknown) {
  const { inspections, store } = context;
  const args = new Arguments(given);
  const row = await findInspection(context, args);
  const within = args.optionalText('within', 'the workspace that it is of');
  const by = { scope: within ?? 'operator', person: personOf(context, args) };
  const isPending = row.state === 'proposed' || row.state === 'asked';
  const isDone = isPending ? await inspections.refuse(row, by) : await inspections.close(row, by);
  if (!isDone) throw new Refused('This window is closed already.');
  return toJson((await store.inspections.find(row.id)) ?? row, context);
}

/** Its key, and what was sealed with it, go at once. */
export async function destroyInspection(context: CommandContext, given: unknown) {
  const row = await findInspection(context, new Arguments(given));
  if (!(await context.inspections.destroy(row)))
    throw new Refused('Only what is closed, and not destroyed yet, can be destroyed: close it first.');
  return { id: row.id, destroyed: true };
}

/** The newest first; with `within`, as that workspace may see it now. */
export async function listInspections(context: CommandContext, given: unknown) {
  const { store, inspections, now } = context;
  const within = new Arguments(given).optionalText('within', 'the workspace that asks');
  const rows = (await store.inspections.list(within, listed)).filter(
    (row) => within === undefined || isShown(row, now()),
  );
  const windows = [];
  for (const row of rows) {
    const looks = await store.inspections.looks(row.id);
    windows.push({
      ...toJson(row, context),
      looks: looks.map(({ capture, person, at }) => ({ capture, by: person, at: new Date(at).toISOString() })),
    });
  }
  return {
    allowed: inspections.settings.allowed,
    abuse_delay_hours: inspections.settings.abuseDelayMs / 3_600_000,
    windows,
  };
}

/** What was sealed, without any of it. */
export async function listCaptures(context: CommandContext, given: unknown) {
  const row = await findInspection(context, new Arguments(given));
  const captures = await context.store.inspections.captures(row.id);
  return {
    ...toJson(row, context),
    captures: captures.map(({ id, generation, at, requestBytes, answerBytes }) => ({
      ...{ id, generation, at: new Date(at).toISOString(), request_bytes: requestBytes, answer_bytes: answerBytes },
    })),
  };
}

/** One request and its answer, for one of the two persons of the window. */
export async function lookInside(context: CommandContext, given: unknown) {
  const { store, inspections } = context;
  const args = new Arguments(given);
  mustBeAllowed(context);
  const row = await findInspection(context, args);
  const person = personOf(context, args);
  if (person !== row.proposedBy && person !== row.confirmedBy)
    throw new Refused('Only the two persons who opened a window look into it.');
  await mustNotBeForbidden(context, row);
  const capture = await store.inspections.findCapture(args.text('capture', 'which request'));
  if (capture?.inspection !== row.id) throw new Refused('There is no such request in this window.');
  const opened = await inspections.look(row, capture, person);
  if (!opened)
    throw new Refused('The key of this window is gone, or lies with the keeper where it was opened: ask there.');
  return {
    ...{ id: capture.id, generation: capture.generation },
    request: opened.request.toString('base64'),
    answer: opened.answer.toString('base64'),
    request_bytes: capture.requestBytes,
    answer_bytes: capture.answerBytes,
  };
}

function mustBeAllowed({ inspections, policies, now }: CommandContext): void {
  if (!inspections.settings.allowed)
    throw new Refused('Inspection windows are off here: "inspection: { allowed: true }" in fairlead.yaml allows them.');
  // Where people were told of no content that is kept, none is kept until they are.
  if (policies.inForce(now())?.document.facts.categories.includes('content') !== true)
    throw new Refused(
      'The privacy policy in force does not speak of sealed content: windows wait for its next version.',
    );
}

/** The workspace may have changed its mind since it was asked. */
async function mustNotBeForbidden({ store }: CommandContext, { workspace }: InspectionRow): Promise<void> {
  if (consentOf((await store.accounts.ownerSettings(workspace)).inspection) === 'forbid')
    throw new Refused('This workspace forbids that anybody looks into its content.');
}

async function findInspection({ store, now }: CommandContext, args: Arguments): Promise<InspectionRow> {
  const id = args.text('id', 'the id of the window');
  const within = args.optionalText('within', 'the workspace that it is of');
  const row = await store.inspections.find(id);
  const isHidden = row && within !== undefined && (row.workspace !== within || !isShown(row, now()));
  if (!row || isHidden) throw new Refused(`There is no window "${id.slice(0, 40)}".`);
  return row;
}

/** Before it is opened a workspace sees what it is asked; after that, from the instant at which it is to be told. */
function isShown(row: InspectionRow, now: number): boolean {
  if (row.consent === 'ask') return row.state !== 'proposed';
  return row.tellAt !== null && row.tellAt <= now;
}

/** Whoever does it, by the console's word: programs and the command line are no persons. */
function personOf({ inspections }: CommandContext, args: Arguments): string {
  return inspections.pseudonym(args.text('by', 'who does it'));
}

function toJson(row: InspectionRow, { inspections }: CommandContext) {
  const dateOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  const { id, workspace, reason, ticket, consent, minutes, state, captured } = row;
  return {
    ...{ id, workspace, reason, ticket, consent, minutes, state, captured },
    in_log: inspections.workspacePseudonym(row),
    requests_max: row.requestsMax,
    proposed_by: row.proposedBy,
    confirmed_by: row.confirmedBy,
    consented_by: row.consentedBy,
    proposed_at: dateOf(row.proposedAt),
    opened_at: dateOf(row.openedAt),
    ends_at: dateOf(row.endsAt),
    closed_at: dateOf(row.closedAt),
    told_at: dateOf(row.tellAt),
    destroyed_at: dateOf(row.destroyedAt),
  };
}
