import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { dueDates } from '#core/privacy/due-dates.ts';
import type { CaseRow } from '#store/case-store.ts';
import { holidaysOf } from '../rights/holidays.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';
import { showUsage } from './usage.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
export const requestKinds = ['access', 'correct', 'delete', 'restrict', 'export', 'object', 'question'] as const;
const outcomes = ['answered', 'refused', 'withdrawn', 'spam'] as const;
/** More open ones than this are no people any more. */
const openMax = 10_000;
const listed = 200;
/** An incident of more requests is asked about in parts. */
const requestsMax = 500_000;
/** GDPR, Article 33. */
const authorityHours = 72;

/** A request about privacy, by whoever brings it: its clocks run from the day on which it came. A message is taken once. */
export async function openRequest(context: CommandContext, given: unknown) {
  const { store, now, pepper, randomBytes } = context;
  const args = new Arguments(given);
  const kind = oneOf(args.text('kind', `what is asked: ${requestKinds.join(', ')}`), requestKinds);
  const country = readCountry(args);
  const wrote = {
    contact: args.text('contact', 'how to reach whoever asks'),
    text: args.optionalText('text', 'what was asked', 2_000) ?? '',
  };
  const messageId = args.optionalText('message_id', 'the Message-ID', 1_000);
  if ((await store.cases.openCount('request')) >= openMax)
    throw new Refused('Too many requests are open: write to the contact of the policy.');
  const receivedAt = args.optionalInstant('received', 'the day on which it came') ?? now();
  const { due, clocks } = await clocksFor(context, { received: Math.floor(receivedAt / dayMs), country });
  const key = randomBytes(32);
  const opened = await store.cases.open({
    ...{ register: 'request', kind, country: country ?? null, workspace: null, receivedAt, facts: {} },
    // The whole of the last day is in time.
    dueAt: (due + 1) * dayMs - 1,
    sealed: seal(JSON.stringify(wrote), key, randomBytes(12)),
    sealKey: Buffer.from(key).toString('base64url'),
    message: messageId === undefined ? null : createHmac('sha256', pepper).update(`message ${messageId}`).digest('hex'),
  });
  return { id: opened.id, is_new: opened.isNew, kind, due: isoDay(due), clocks: eachDay(clocks) };
}

/** What anybody who knows its id may see of it. */
export async function requestStatus({ store }: CommandContext, given: unknown) {
  const found = await store.cases.find(new Arguments(given).text('id', 'the id of the request'));
  if (found?.register !== 'request') return null;
  const { id, kind, receivedAt, dueAt, closedAt, outcome } = found;
  return {
    id,
    kind,
    received: isoDay(receivedAt / dayMs),
    due: isoDay(dueAt / dayMs),
    state: closedAt === null ? 'open' : 'closed',
    outcome,
  };
}

export async function listRequests({ store, now }: CommandContext) {
  return (await store.cases.list('request', listed)).map((each) => ({ ...toJson(each, now()), ...unsealed(each) }));
}

/** What was written, and the key that opens it, go with the answer. */
export async function closeCase({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const id = args.text('id', 'the id of the case');
  const outcome = oneOf(args.text('outcome', `how it ended: ${outcomes.join(', ')}`), outcomes);
  if (!(await store.cases.close(id, outcome, now()))) throw new Refused(`There is no open case "${id}".`);
  return { id, outcome };
}

/** What an authority demands: nothing is disclosed outside of such an entry. */
export async function openLegalRequest(context: CommandContext, given: unknown) {
  const { store, now } = context;
  const args = new Arguments(given);
  const { id: workspace } = await findWorkspace(context, args);
  const facts = {
    authority: args.text('authority', 'which authority asks'),
    basis: args.text('basis', 'the law and the reference'),
    scope: args.text('scope', 'what is asked for'),
    approver: args.text('approver', 'who approved it'),
    notified: args.optionalFlag('notified', 'whether the workspace was told') === true ? 'yes' : 'no',
  };
  const dueAt = args.optionalInstant('due', 'until when it must be answered') ?? now() + 30 * dayMs;
  const opened = await store.cases.open({
    ...{
      register: 'legal',
      kind: 'disclosure',
      country: readCountry(args) ?? null,
      workspace,
      receivedAt: now(),
      dueAt,
      facts,
    },
    ...{ sealed: null, sealKey: null, message: null },
  });
  return { id: opened.id, workspace, ...facts };
}

export async function listLegalRequests({ store, now }: CommandContext) {
  return (await store.cases.list('legal', listed)).map((each) => toJson(each, now()));
}

/** What the usage log has of one workspace, for an entry of the register that is open and about it. */
export async function discloseForLaw(context: CommandContext, given: unknown) {
  const { store, now } = context;
  const args = new Arguments(given);
  const found = await store.cases.find(args.text('id', 'the id of the legal request'));
  if (found?.register !== 'legal' || found.closedAt !== null || found.workspace === null) {
    throw new Refused(
      'There is no such open entry in the register of legal requests: nothing is disclosed outside of one.',
    );
  }
  const asked = args.optionalText('from', 'from when');
  const usage = await showUsage(context, { by: 'day,model', workspace: found.workspace, from: asked });
  await store.cases.addFacts(found.id, { disclosed_at: new Date(now()).toISOString() });
  return { case: found.id, authority: found.facts.authority, workspace: found.workspace, usage };
}

/** An incident: the authority must know within 72 hours of when we knew. */
export async function openIncident({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const awareAt = args.optionalInstant('aware', 'when it was noticed') ?? now();
  const facts = { summary: args.text('summary', 'what happened, in a sentence', 500) };
  const dueAt = awareAt + authorityHours * hourMs;
  const opened = await store.cases.open({
    ...{ register: 'incident', kind: 'breach', country: null, workspace: null, receivedAt: awareAt, dueAt, facts },
    ...{ sealed: null, sealKey: null, message: null },
  });
  return { id: opened.id, authority_by: new Date(dueAt).toISOString(), ...facts };
}

/** What was done: the authority, the workspaces were told; or why they were not. */
export async function noteIncident({ store }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const id = args.text('id', 'the id of the incident');
  if ((await store.cases.find(id))?.register !== 'incident') throw new Refused(`There is no incident "${id}".`);
  const facts: Record<string, string> = {};
  const notes = {
    authority_told: 'when the authority was told, or why not',
    workspaces_told: 'when workspaces were told, or why not',
  };
  for (const [name, what] of Object.entries(notes)) {
    const value = args.optionalText(name, what, 500);
    if (value !== undefined) facts[name] = value;
  }
  await store.cases.addFacts(id, facts);
  return { id, ...facts };
}

export async function listIncidents({ store, now }: CommandContext) {
  return (await store.cases.list('incident', listed)).map((each) => toJson(each, now()));
}

/** Which endpoints were sent something of a workspace between two days, also where they failed. */
export async function affectedBy(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const from = args.optionalInstant('from', 'from when') ?? context.now() - 30 * dayMs;
  const until = args.optionalInstant('until', 'until when') ?? context.now() + 1;
  const { id: workspace } = await findWorkspace(context, args);
  const seen = await context.store.cases.seenBy(workspace, { from, until }, requestsMax);
  return { workspace, endpoints: [...seen].map(([endpoint, requests]) => ({ endpoint, requests })) };
}

/** How often authorities and people asked, and how that ended: since the year began, and the one before. */
export async function showTransparency({ store, now }: CommandContext) {
  const year = new Date(now()).getUTCFullYear();
  const count = async (from: number) => await store.cases.counts(Date.UTC(from, 0, 1));
  return { since: `${year - 1}-01-01`, counts: await count(year - 1) };
}

export async function clocksFor(
  { store, policySettings }: CommandContext,
  { received, country }: { received: number; country: string | undefined },
) {
  const operator = policySettings.jurisdiction ?? (await store.accounts.setting('operator.jurisdiction'));
  return dueDates({ received, country, isHoliday: await holidaysOf(operator) });
}

export function readCountry(args: Arguments): string | undefined {
  const country = args.optionalText('country', 'the country of who asks, as in de or us-ca', 5)?.toLowerCase();
  if (country !== undefined && !/^[a-z]{2}(?:-[a-z]{2})?$/.test(country))
    throw new Refused('Say the country as in de or us-ca.');
  return country;
}

export function oneOf<Word extends string>(value: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === value);
  if (word === undefined) throw new Refused(`Say one of ${words.join(', ')}.`);
  return word;
}

export function toJson(
  { id, register, kind, country, workspace, receivedAt, dueAt, closedAt, outcome, facts, person, endUser }: CaseRow,
  now: number,
) {
  return {
    ...{ id, register, kind, country, workspace, outcome, ...facts, person, end_user: endUser },
    received_at: new Date(receivedAt).toISOString(),
    due_at: new Date(dueAt).toISOString(),
    state: closedAt === null ? (dueAt < now ? 'late' : 'open') : 'closed',
  };
}

export function seal(text: string, key: Uint8Array, nonce: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

export function unsealed(row: CaseRow) {
  const { contact, text, about = null } = openSealed(row);
  return { contact, text, about };
}

/** All that is sealed of a case, also what showed who asks. */
export function openSealed({ sealed, sealKey }: CaseRow): {
  readonly contact: string | null;
  readonly text: string | null;
  readonly about?: string | null;
} {
  if (sealed === null || sealKey === null) return { contact: null, text: null };
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(sealKey, 'base64url'), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return JSON.parse(decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8'));
}

function isoDay(day: number): string {
  return new Date(Math.floor(day) * dayMs).toISOString().slice(0, 10);
}

function eachDay(clocks: Readonly<Record<string, number>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(clocks).map(([name, day]) => [name, isoDay(day)]));
}
