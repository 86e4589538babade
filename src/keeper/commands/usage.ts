import { formatUsd } from '#core/money/nano.ts';
import { keptFrom } from '#core/privacy/retention.ts';
import {
  reportRowsMax,
  type UsageAsk,
  type UsageQuestion,
  type UsageSum,
  usageQuestions,
} from '#store/usage-reports.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

const hourMs = 3_600_000;
const dayHours = 24;
const daysOtherwise = 30;

/** Usage added up, by day and model unless said otherwise, over the last thirty days unless said otherwise. */
export async function showUsage(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const by = (args.optionalText('by', 'by what to add up, as in day,model') ?? 'day,model').split(',').map(toQuestion);
  const isOne = args.optionalText('workspace', 'which workspace, by id or name') !== undefined;
  const until = args.optionalInstant('until', 'until when');
  // To the end of today: whole days are added up from fewer sums.
  const untilHour =
    until === undefined ? (Math.floor(context.now() / hourMs / dayHours) + 1) * dayHours : Math.ceil(until / hourMs);
  const from = args.optionalInstant('from', 'from when');
  const keptHour = keptFrom(context.now(), context.retention.usageDays) / hourMs;
  const midnight = (Math.ceil(untilHour / dayHours) - daysOtherwise) * dayHours;
  const ask: UsageAsk = {
    workspace: isOne ? (await findWorkspace(context, args)).id : undefined,
    key: args.optionalText('key', "the key's id"),
    by: [...new Set(by)],
    fromHour: Math.max(from === undefined ? midnight : Math.floor(from / hourMs), keptHour),
    untilHour,
    providers: by.includes('provider') ? await providersOf(context) : {},
  };
  const sums = await context.store.reports.usage(ask);
  if (sums.length > reportRowsMax) {
    throw new Refused(`That is more than ${reportRowsMax} rows: ask for a shorter span, or by fewer words.`);
  }
  const rows = sums.map((sum) => toUsageJson(sum, ask.by));
  return ask.by.includes('key') ? await withNames(context, rows) : rows;
}

/** A deleted key has no name any more. */
async function withNames(context: CommandContext, rows: readonly UsageJson[]) {
  const names = await context.store.accounts.keyNames([...new Set(rows.map(({ key }) => String(key)))]);
  return rows.map((row) => ({ ...row, key_name: names.get(String(row.key)) ?? null }));
}

async function providersOf(context: CommandContext): Promise<Readonly<Record<string, string>>> {
  const { upstreams } = await context.snapshot();
  return Object.fromEntries(upstreams.map(({ name, provider }) => [name, provider]));
}

function toQuestion(word: string): UsageQuestion {
  const question = usageQuestions.find((each) => each === word.trim());
  if (!question) throw new Refused(`Usage is added up by ${usageQuestions.join(', ')}; not by "${word.slice(0, 40)}".`);
  return question;
}

type UsageJson = Readonly<Record<string, string | number | null>>;

function toUsageJson(sum: UsageSum, by: UsageAsk['by']): UsageJson {
  return {
    ...Object.fromEntries(by.map((question) => [question, shown(question, sum[question])])),
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

/** Instants as people read them; nobody answered, or there is no tag: null. */
function shown(question: UsageQuestion, value: string | number | undefined): string | null {
  if (typeof value === 'number') {
    const isHour = question === 'hour';
    return new Date(value * hourMs * (isHour ? 1 : dayHours)).toISOString().slice(0, isHour ? 16 : 10);
  }
  return value === undefined || value === '' ? null : value;
}
