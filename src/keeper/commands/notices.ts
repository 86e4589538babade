import {
  type Decision,
  decisions,
  isSameSubProcessor,
  isSubProcessor,
  subProcessorKeyOf,
  withDecision,
} from '#core/privacy/notices/sub-processors.ts';
import { comparePolicies, type PolicyChange } from '#core/privacy/policy/compare-policies.ts';
import { dayOf } from '#core/routing/data-handling.ts';
import { readDecidedUpstreams } from '#core/routing/decided-upstreams.ts';
import type { Upstream } from '#core/routing/endpoint.ts';
import type { Notice } from '#store/notice-store.ts';
import { dayText } from '../notices/sub-processor-days.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

const mailMax = 50;
/** Whoever took a letter has tried for some minutes by then, or is gone. */
const againAfterMs = 3_600_000;

/** What was told, the newest first, with what changes: for anybody. */
export async function listNotices(context: CommandContext) {
  const { store, now } = context;
  const counts = await store.notices.counts();
  const show = await showing(context);
  const none = { people: 0, seen: 0, mailed: 0 };
  return (await store.notices.all()).map((notice) => ({
    ...show(notice),
    holds: notice.effective <= now(),
    told: counts.get(notice.id) ?? none,
  }));
}

/** What one person was told, and whether its workspace decided. */
export async function listNoticesOf(context: CommandContext, given: unknown) {
  const { store, now } = context;
  const args = new Arguments(given);
  const { id: workspace } = await findWorkspace(context, args);
  const person = args.text('person', 'which person', 64);
  const [decided, accepted] = [await decidedOf(context, workspace), await store.acceptances.of(workspace)];
  const show = await showing(context);
  return (await store.notices.of(person)).map((notice) => ({
    ...show(notice),
    holds: notice.effective <= now(),
    seen_at: notice.seenAt === null ? null : new Date(notice.seenAt).toISOString(),
    decision:
      notice.kind === 'policy'
        ? accepted.some(({ version }) => version === notice.subject)
          ? 'accept'
          : null
        : decisionOf(decided, notice.subject),
  }));
}

export async function seeNotice({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const seen = { notice: args.text('notice', 'which notice'), person: args.text('person', 'which person', 64) };
  return { is_new: await store.notices.see({ ...seen, now: now() }) };
}

/** Whoever gets data, since when, and what the workspace decided of it. */
export async function listDecisions(context: CommandContext, given: unknown) {
  const { store, now } = context;
  const { id: workspace } = await findWorkspace(context, new Arguments(given));
  const decided = await decidedOf(context, workspace);
  const rows = (await store.notices.subProcessors()) ?? [];
  return (await subProcessors(context)).map((upstream) => {
    const { name, provider, seller, type, region, fromDay } = upstream;
    const key = subProcessorKeyOf(upstream);
    const row = rows.find((each) => isSameSubProcessor(each, key));
    return {
      ...{ upstream: name, provider, seller, type, region },
      since: row ? new Date(row.since).toISOString() : null,
      /** Null: it serves everybody. */
      from: fromDay !== undefined && fromDay > dayOf(now()) ? dayText(fromDay) : null,
      decision: decisionOf(decided, name),
    };
  });
}

/** A workspace objects to an upstream, agrees to a new one before its day, or takes back what it said. */
export async function decideSubProcessor(context: CommandContext, given: unknown) {
  const { store, now } = context;
  const args = new Arguments(given);
  const { id } = await findWorkspace(context, args);
  const { name } = await findSubProcessor(context, args);
  const decision = args.optionalChoice('decision', 'what is decided', [...decisions, 'none']);
  if (decision === undefined) throw new Refused('Say what is decided: agree, object, or none to take it back.');
  const before = (await store.accounts.ownerSettings(id)).sub_processors;
  const value = withDecision(before, name, decision === 'none' ? undefined : decision);
  await store.accounts.setOwnerSettings({ kind: 'workspace', id }, [{ name: 'sub_processors', value }], now());
  return { workspace: id, upstream: name, decision: decision === 'none' ? null : decision };
}

/** The operator does not wait, and says why: everybody can read it in the log of promises. */
export async function bringSubProcessorForward(context: CommandContext, given: unknown) {
  const { store, trust, now } = context;
  const args = new Arguments(given);
  const key = subProcessorKeyOf(await findSubProcessor(context, args));
  const { name, provider, seller } = key;
  const reason = args.text('reason', 'why it cannot wait for its day: anybody can read it', 200);
  const today = dayOf(now());
  const change = { ...key, fromDay: today, reason, now: now() };
  if (!(await store.notices.bringForward(change))) throw new Refused(`${name} serves everybody already.`);
  const body = { provider, seller, from: dayText(today), reason };
  await trust.enter([{ kind: 'sub-processor', subject: name, body }], now());
  return { upstream: name, from: dayText(today), reason };
}

/** Letters that are to be written now; whoever takes them says what became of each. */
export async function takeNoticeMail(context: CommandContext) {
  const { store, now } = context;
  const show = await showing(context);
  const taken = await store.notices.takeMail({ max: mailMax, now: now(), againAfterMs });
  return taken.map(({ person, ...notice }) => ({ person, ...show(notice) }));
}

export async function endNoticeMail({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const state = args.optionalChoice('state', 'what became of it', ['sent', 'failed', 'none']);
  if (state === undefined) throw new Refused('Say what became of it: sent, failed or none.');
  const letter = { notice: args.text('notice', 'which notice'), person: args.text('person', 'which person', 64) };
  await store.notices.mailed({ ...letter, state, now: now() });
  return { state };
}

/** Of every kind: whoever has one to write wakes the console. */
export async function countNoticeMail({ store, now }: CommandContext) {
  const { notices, dormancy, news, alerts } = store;
  const due = [notices.mailDue(), dormancy.mailDue(now()), news.mailDue(), alerts.lettersDue(now())];
  return { due: (await Promise.all(due)).reduce((sum, each) => sum + each, 0) };
}

type ShownNotice = {
  readonly id: string;
  readonly kind: Notice['kind'];
  readonly subject: string;
  readonly material: boolean;
  readonly at: string;
  readonly effective: string;
  readonly changes: readonly PolicyChange[];
  readonly upstream: object | null;
};

async function showing(context: CommandContext): Promise<(notice: Notice) => ShownNotice> {
  const upstreams = await subProcessors(context);
  const { published } = context.policies;
  return ({ id, kind, subject, material, at, effective }) => {
    const policy = published.find(
      (each) => kind === 'policy' && `${each.document.profile}-${each.version}` === subject,
    );
    const before = policy && published.find(({ version }) => version === policy.version - 1);
    const upstream = kind === 'sub-processor' ? upstreams.find(({ name }) => name === subject) : undefined;
    return {
      ...{ id, kind, subject, material },
      at: new Date(at).toISOString(),
      effective: new Date(effective).toISOString().slice(0, 10),
      changes: policy && before ? comparePolicies(before.document, policy.document) : [],
      upstream: upstream ? shownUpstream(upstream) : null,
    };
  };
}

function shownUpstream({ provider, seller, type, region, data }: Upstream) {
  const { retentionDays: retention_days, trains, source, checked, terms = null } = data;
  return { provider, seller, type, region, data: { retention_days, trains, source, checked, terms } };
}

async function subProcessors({ snapshot }: CommandContext): Promise<readonly Upstream[]> {
  return (await snapshot()).upstreams.filter((upstream) => upstream.enabled && isSubProcessor(upstream));
}

async function findSubProcessor(context: CommandContext, args: Arguments): Promise<Upstream> {
  const wanted = args.text('upstream', 'which upstream, by its name', 64);
  const found = (await subProcessors(context)).find(({ name }) => name === wanted);
  if (!found) throw new Refused(`There is no upstream "${wanted}" that gets data. /subprocessors lists them.`);
  return found;
}

async function decidedOf({ store }: CommandContext, workspace: string) {
  return readDecidedUpstreams((await store.accounts.ownerSettings(workspace)).sub_processors);
}

function decisionOf(
  { agreed, objections }: ReturnType<typeof readDecidedUpstreams>,
  upstream: string,
): Decision | null {
  if (objections.includes(upstream)) return 'object';
  return agreed.includes(upstream) ? 'agree' : null;
}
