import { formatUsd } from '#core/money/nano.ts';
import type { KeyChange, KeyRow } from '#store/store.ts';
import type { KeyUsage } from '#store/usage-reports.ts';
import { tellKeyStopped } from '../webhooks/key-stopped.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';
import { resets } from './key-create.ts';
import { toKeyJson } from './key-row.ts';
import { tagsOf } from './tags.ts';

/** What is named changes, the rest stays; null takes a limit or an end away. `within`: the workspace that it must be in. */
export async function changeKey(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const key = await findKey(context, args);
  const now = context.now();
  const expiresAt = args.isNull('expires') ? null : args.optionalInstant('expires', 'when the key expires');
  if (typeof expiresAt === 'number' && expiresAt <= now) throw new Refused('A key cannot expire in the past.');
  const limitNano = args.isNull('limit_usd') ? null : args.optionalUsd('limit_usd', "the key's spend limit");
  const limitRequests = args.isNull('limit_requests')
    ? null
    : args.optionalCount('limit_requests', "the key's request limit");
  const change: KeyChange = withoutUndefined({
    name: args.optionalText('name', "the key's name", 100),
    tags: args.isNull('tags') ? [] : tagsOf(args),
    disabled: args.optionalFlag('disabled', 'whether the key is disabled'),
    reset: args.isNull('reset') ? 'never' : args.optionalChoice('reset', 'when limits start again', resets),
    limitNano,
    limitRequests,
    expiresAt,
    now,
  });
  const row = await context.store.accounts.updateKey(key.id, change);
  if (!row) throw unknownKey(key.id);
  if (row.disabled && !key.disabled) await tellKeyStopped(context, row, 'disabled');
  return toKeyJson(row);
}

/** Refused from now on, and no longer listed. */
export async function deleteKey(context: CommandContext, given: unknown) {
  const key = await findKey(context, new Arguments(given));
  const { id } = key;
  if (await context.store.accounts.deleteKey(id, context.now())) await tellKeyStopped(context, key, 'deleted');
  return { id, deleted: true };
}

const pageMax = 100;

/** The keys of a workspace from one on, each with what it has used, as far as one page goes. */
export async function pageOfKeys(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const { id } = await findWorkspace(context, args);
  const offset = args.optionalCount('offset', 'from which key on') ?? 0;
  const withDisabled = args.optionalFlag('with_disabled', 'whether disabled keys are shown') === true;
  const limit = Math.min(pageMax, args.optionalCount('limit', 'how many') ?? pageMax);
  const search = args.optionalText('search', 'what to look for in names, tags and ids', 100);
  const ask = { workspace: id, offset, limit, withDisabled, search, now: context.now() };
  const { rows, found, working, paid } = await context.store.accounts.keyPage(ask);
  const used = await usedBy(
    context,
    rows.map((key) => key.id),
  );
  const uses = await lastUses(context, rows);
  const keys = rows.map((key) => ({ ...toKeyJson(key), ...uses(key.id), used: used.get(key.id) }));
  return { keys, found, working, paid_usd: formatUsd(paid) };
}

/** Every id of a workspace: whoever knows a key by what is made from its id finds it so. */
export async function idsOfKeys(context: CommandContext, given: unknown) {
  const { id } = await findWorkspace(context, new Arguments(given));
  return await context.store.accounts.keyIds(id);
}

/** A key with what it has used: in all, and since the day, week and month began, UTC. */
export async function showKey(context: CommandContext, given: unknown) {
  const key = await findKey(context, new Arguments(given));
  const secrets = await context.store.accounts.oldSecrets(key.id);
  const oldSecrets = secrets.map(({ hint, replacedAt, until }) => ({
    hint,
    replaced_at: new Date(replacedAt).toISOString(),
    until: new Date(until).toISOString(),
  }));
  const uses = await lastUses(context, [key]);
  return {
    ...toKeyJson(key),
    ...uses(key.id),
    old_secrets: oldSecrets,
    used: (await usedBy(context, [key.id])).get(key.id),
  };
}

/** When each was used last, and from which network: an address that is shortened to 24 or 48 bits. */
export async function lastUses({ store }: Pick<CommandContext, 'store'>, keys: readonly Pick<KeyRow, 'id'>[]) {
  const uses = await store.dormancy.keyUses(keys.map(({ id }) => id));
  return (key: string) => {
    const use = uses.get(key);
    return {
      last_used_at: use === undefined ? null : new Date(use.at).toISOString(),
      last_network: use?.network ?? null,
    };
  };
}

async function usedBy({ store, now }: CommandContext, keys: readonly string[]) {
  const usage = await store.reports.usageOfKeys(keys, now());
  return new Map([...usage].map(([key, windows]) => [key, toUsedJson(windows)]));
}

function toUsedJson(usage: KeyUsage) {
  const used = Object.entries(usage).map(([window, { requests, failed, charge, ownKeyCost }]) => [
    window,
    // What others broke counts against no limit of requests.
    {
      ...{ requests, counted: requests - failed },
      ...{ charge_nano: String(charge), own_key_cost_nano: String(ownKeyCost) },
    },
  ]);
  return Object.fromEntries(used);
}

export async function findKey({ store }: CommandContext, args: Arguments): Promise<KeyRow> {
  const id = args.text('id', "the key's id");
  const within = args.optionalText('within', 'the workspace that it is in');
  const key = await store.accounts.key(id);
  if (!key || (within !== undefined && key.workspace !== within)) throw unknownKey(id);
  return key;
}

export function unknownKey(id: string): Refused {
  return new Refused(`There is no key with the id "${id}". "fairlead key list" shows them.`);
}

function withoutUndefined<Fields extends object>(fields: Fields) {
  // Only fields that are there are changed.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields as undefined extends Fields[Name] ? never : Name]: Fields[Name];
  } & { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}
