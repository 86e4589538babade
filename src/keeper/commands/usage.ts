import { formatUsd } from '#core/money/nano.ts';
import { keptFrom } from '#core/privacy/retention.ts';
import type { UsageAsk, UsageSum } from '#store/usage-reports.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

const groupings = ['hour', 'day', 'workspace', 'key', 'model', 'endpoint'] as const;
const hourMs = 3_600_000;
const dayHours = 24;
const daysOtherwise = 30;

/** Usage added up, by day and model unless said otherwise, over the last thirty days unless said otherwise. */
export async function showUsage(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const by = (args.optionalText('by', 'by what to add up, as in day,model') ?? 'day,model').split(',').map(toGrouping);
  const isOne = args.optionalText('workspace', 'which workspace, by id or name') !== undefined;
  const untilHour = Math.ceil((args.optionalInstant('until', 'until when') ?? context.now() + hourMs) / hourMs);
  const from = args.optionalInstant('from', 'from when');
  const midnight = (Math.floor(untilHour / dayHours) - daysOtherwise + 1) * dayHours;
  const keptHour = keptFrom(context.now(), context.retention.usageDays) / hourMs;
  const ask: UsageAsk = {
    workspace: isOne ? (await findWorkspace(context, args)).id : undefined,
    key: args.optionalText('key', "the key's id"),
    by: [...new Set(by)],
    fromHour: Math.max(from === undefined ? midnight : Math.floor(from / hourMs), keptHour),
    untilHour,
  };
  return (await context.store.reports.usage(ask)).map(toUsageJson);
}

function toGrouping(word: string): UsageAsk['by'][number] {
  const grouping = groupings.find((each) => each === word.trim());
  if (!grouping) throw new Refused(`Usage is added up by ${groupings.join(', ')}; not by "${word.slice(0, 40)}".`);
  return grouping;
}

function toUsageJson(sum: UsageSum) {
  const { hour, day, workspace, key, model, endpoint } = sum;
  return {
    ...(hour === undefined ? {} : { hour: new Date(hour * hourMs).toISOString().slice(0, 16) }),
    ...(day === undefined ? {} : { day: new Date(day * dayHours * hourMs).toISOString().slice(0, 10) }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(key === undefined ? {} : { key }),
    ...(model === undefined ? {} : { model }),
    ...(endpoint === undefined ? {} : { endpoint: endpoint === '' ? null : endpoint }),
    requests: sum.requests,
    failed: sum.failed,
    input: sum.input,
    cached_input: sum.cachedInput,
    cache_write: sum.cacheWrite5m + sum.cacheWrite1h,
    output: sum.output,
    reasoning: sum.reasoning,
    audio_seconds: sum.audioSeconds,
    images: sum.images,
    charge_usd: formatUsd(sum.charge),
    own_key_cost_usd: formatUsd(sum.ownKeyCost),
  };
}
