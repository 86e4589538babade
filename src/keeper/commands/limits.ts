import { isTimeZone } from '#core/allowance/zoned-day.ts';
import { formatUsd } from '#core/money/nano.ts';
import type { LimitRow, NewLimit } from '#store/store.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

const windowOf = { minute: 'minute', daily: 'day', weekly: 'week', monthly: 'month', never: 'all' } as const;
const wordOf = { minute: 'minute', day: 'daily', week: 'weekly', month: 'monthly', all: 'never' } as const;
const windows = ['minute', 'daily', 'weekly', 'monthly', 'never'] as const;

/** After an hour without a request a rate is whole again, and the keeper forgets it. */
const endUserBurstMax = 60n;

/** Limits a workspace or one of its keys, for all models and upstreams or one. There is one of each kind: set again, it moves. */
export async function setLimit(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const { workspace, key } = await ownerOf(context, args);
  const eachEndUser = args.optionalFlag('end_users', 'whether it is of each end user') === true;
  if (eachEndUser && key !== null) throw new Refused('End users are those of a workspace: leave --key out.');
  const reset = args.optionalChoice('reset', 'when the limit starts again', windows) ?? 'never';
  const amount = amountOf(args);
  const window = windowOf[reset];
  refuseMismatch(amount.unit, window);
  const zone = args.optionalText('zone', 'the time zone whose midnights count', 64) ?? 'UTC';
  if (!isTimeZone(zone)) throw new Refused(`There is no time zone "${zone}". Say one such as Europe/Berlin.`);
  const burst = args.optionalCount('burst', 'how much at once') ?? null;
  if (burst !== null && (window !== 'minute' || burst === 0)) {
    throw new Refused('Only a limit by the minute has a burst, of 1 or more.');
  }
  const model = args.optionalText('model', 'the model') ?? null;
  const upstream = args.optionalText('upstream', 'the upstream') ?? null;
  if (upstream !== null && (window === 'minute' || eachEndUser)) {
    throw new Refused(
      'What an upstream answers is known at the end: its limits are neither by the minute nor of end users.',
    );
  }
  const ofAll = args.optionalFlag('every_workspace', 'whether it is of every workspace together') === true;
  if (ofAll && (upstream === null || key !== null || args.optionalText('workspace', 'which workspace') !== undefined)) {
    throw new Refused('Of every workspace together one upstream is limited: say --upstream, and no workspace or key.');
  }
  if (eachEndUser && burst !== null && BigInt(burst) > amount.limit * endUserBurstMax) {
    throw new Refused(`Of end users a burst is at most ${endUserBurstMax} minutes’ worth.`);
  }
  const limit: NewLimit = {
    ...{ workspace, key, eachEndUser, window, model, upstream, ofAll, zone, burst, ...amount },
    now: context.now(),
  };
  return toLimitJson(await context.store.accounts.setLimit(limit));
}

export async function listLimits(context: CommandContext, given: unknown) {
  const { id } = await findWorkspace(context, new Arguments(given));
  return (await context.store.accounts.limits(id)).map(toLimitJson);
}

export async function endLimit(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const { id: workspace } = await findWorkspace(context, args);
  const id = args.text('id', "the limit's id");
  if (!(await context.store.accounts.endLimit({ id, workspace, now: context.now() }))) {
    throw new Refused(`There is no limit "${id}" in this workspace. "fairlead limit list" shows them.`);
  }
  return { id, ended: true };
}

async function ownerOf(context: CommandContext, args: Arguments) {
  const id = args.optionalText('key', "the key's id");
  if (id === undefined) return { workspace: (await findWorkspace(context, args)).id, key: null };
  const key = await context.store.accounts.key(id);
  if (!key) throw new Refused(`There is no key with the id "${id}". "fairlead key list" shows them.`);
  return { workspace: key.workspace, key: id };
}

/** Exactly one of dollars, requests, tokens and requests at once. */
function amountOf(args: Arguments): Pick<NewLimit, 'unit' | 'limit'> {
  const usd = args.optionalUsd('usd', 'what may be spent');
  const counts = (['requests', 'tokens', 'concurrency'] as const).flatMap((unit) => {
    const count = args.optionalCount(unit, `how many ${unit === 'concurrency' ? 'requests at once' : unit}`);
    return count === undefined ? [] : [{ unit, limit: BigInt(count) }];
  });
  const said = [...(usd === undefined ? [] : [{ unit: 'nano-usd' as const, limit: usd }]), ...counts];
  const [one] = said;
  if (!one || said.length > 1) throw new Refused('Say one of --usd, --requests, --tokens and --concurrency.');
  return one;
}

function refuseMismatch(unit: NewLimit['unit'], window: NewLimit['window']): void {
  if (unit === 'tokens' && window !== 'minute')
    throw new Refused('Tokens are limited by the minute: say --reset minute.');
  if (unit === 'nano-usd' && window === 'minute')
    throw new Refused('Dollars are limited by the day, week, month or for good.');
  if (unit === 'concurrency' && window !== 'all')
    throw new Refused('What runs at once has no reset: leave --reset out.');
}

function toLimitJson(row: LimitRow) {
  return {
    id: row.id,
    workspace: row.workspace,
    key: row.key,
    end_users: row.eachEndUser,
    model: row.model,
    upstream: row.upstream,
    every_workspace: row.ofAll,
    unit: row.unit === 'nano-usd' ? 'usd' : row.unit,
    limit: row.unit === 'nano-usd' ? formatUsd(row.limit) : Number(row.limit),
    reset: wordOf[row.window],
    zone: row.zone,
    burst: row.burst,
  };
}
