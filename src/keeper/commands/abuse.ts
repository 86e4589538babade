import type { AbuseCase } from '#store/abuse-cases.ts';
import { tellKeyStopped } from '../webhooks/key-stopped.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';
import { findKey } from './key-change.ts';

const hourMs = 3_600_000;
const hoursMax = 24 * 365;

/** What was found unusual, of one workspace or all, the newest first. */
export async function listCases(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const isOne = args.optionalText('workspace', 'which workspace, by id or name') !== undefined;
  const workspace = isOne ? (await findWorkspace(context, args)).id : undefined;
  return (await context.store.abuse.cases(workspace)).map(toJson);
}

export async function showCase(context: CommandContext, given: unknown) {
  return toJson(await findCase(context, new Arguments(given)));
}

/** Whose key it is says that this is wrong: a person looks again. */
export async function appealCase(context: CommandContext, given: unknown) {
  const { id } = await findCase(context, new Arguments(given));
  const appealed = await context.store.abuse.appeal(id, context.now());
  if (!appealed) throw new Refused('This case is appealed already, or was lifted.');
  return toJson(appealed);
}

/** A person's word on a case: what holds from now on. `none` lifts it. */
export async function decideCase(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const { id } = await findCase(context, args);
  const action = args.optionalChoice('action', 'what shall hold', ['none', 'ask', 'slow', 'stop']);
  if (!action) throw new Refused('Say what shall hold: --action none, ask, slow or stop.');
  const hours = args.optionalCount('hours', 'for how many hours');
  if (hours !== undefined && (hours === 0 || hours > hoursMax)) throw new Refused('Say from 1 hour to a year of them.');
  const now = context.now();
  const decided = await context.store.abuse.decide(id, {
    action,
    until: hours === undefined ? null : now + hours * hourMs,
    now,
  });
  if (!decided) throw unknownCase(id);
  if (action === 'stop') {
    await tellKeyStopped(context, { id: decided.key, workspace: decided.workspace }, 'abuse');
  }
  return toJson(decided);
}

/** Its finder says that a key is known to others: it stops at once, and a case says why. */
export async function stopLeakedKey(context: CommandContext, given: unknown) {
  const { id, workspace } = await findKey(context, new Arguments(given));
  const now = context.now();
  await context.store.accounts.setKeyDisabled(id, true, now);
  await context.store.abuse.open({
    ...{ workspace, key: id, reason: 'leaked-key', counted: 1, usual: 0, action: 'stop', until: null, now },
  });
  await tellKeyStopped(context, { id, workspace }, 'leaked');
  return { id, stopped: true };
}

async function findCase({ store }: CommandContext, args: Arguments): Promise<AbuseCase> {
  const id = args.text('id', "the case's id");
  const within = args.optionalText('within', 'the workspace that it is of');
  const found = await store.abuse.case(id);
  if (!found || (within !== undefined && found.workspace !== within)) throw unknownCase(id);
  return found;
}

function unknownCase(id: string): Refused {
  return new Refused(`There is no case "${id}". "fairlead abuse list" shows them.`);
}

function toJson(found: AbuseCase) {
  const { id, workspace, key, reason, counted, usual, action, state } = found;
  const dateOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    ...{ id, workspace, key, reason, counted, usual, action, state },
    opened_at: dateOf(found.openedAt),
    until: dateOf(found.until),
    appealed_at: dateOf(found.appealedAt),
    decided_at: dateOf(found.decidedAt),
  };
}
