import { attributionOf } from '#core/generation/attribution.ts';
import { countsMedia, type Usage } from '#core/generation/usage.ts';
import { explainCharge } from '#core/money/charge-lines.ts';
import { formatPicoUsd, formatUsd } from '#core/money/nano.ts';
import { minuteOfDay } from '#core/money/price-in-force.ts';
import { keptFrom } from '#core/privacy/retention.ts';
import type { GenerationRow, Store } from '#store/store.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

/** Every cent and every step of one generation. `charge_usd` is what the wallet really paid. */
export async function explain({ store, retention, now }: CommandContext, given: unknown) {
  const id = new Arguments(given).text('generation', "the generation's id, as in x-generation-id");
  const row = await store.postings.generation(id);
  if (!row || row.at < keptFrom(now(), retention.usageDays))
    throw new Refused(`There is no ended generation "${id}" here. One that ended shows within 2 seconds.`);
  return {
    id: row.generation,
    model: row.model,
    strategy: row.plan[0]?.by ?? null,
    plan: row.plan.map(({ endpoint, why, ownKey }) => ({ endpoint, why, ...ownKeyOf(ownKey) })),
    excluded: row.excluded,
    attempts: row.attempts.map(({ ownKey, ...attempt }) => ({ ...attempt, ...ownKeyOf(ownKey) })),
    upstream_protocol: row.upstreamProtocol,
    dropped: row.dropped,
    splices: row.splices,
    usage: {
      input: row.usage.input,
      cached_input: row.usage.cachedInput,
      cache_write_5m: row.usage.cacheWrite5m,
      cache_write_1h: row.usage.cacheWrite1h,
      output: row.usage.output,
      reasoning: row.usage.reasoning,
      ...mediaOf(row.usage),
    },
    usage_source: row.usageSource,
    price_version: row.priceVersion,
    hold_usd: formatUsd(BigInt(row.hold)),
    charge_usd: formatUsd(BigInt(row.payable)),
    ...(await everyCent(store, row)),
    /** The workspace's own key that answered, and what its provider is likely to have asked; the charge is our fee. */
    own_key: row.ownKey?.id ?? null,
    upstream_cost_usd: row.ownKey ? formatUsd(BigInt(row.ownKey.upstreamCost)) : null,
    end_reason: row.endReason,
    attribution: attributionOf(row.endReason, row.fault),
  };
}

function ownKeyOf(id: string | undefined): { readonly own_key?: string } {
  return id === undefined ? {} : { own_key: id };
}

/** What the charge is made of, who is owed what of it, and what went back. */
async function everyCent({ books, catalogue }: Store, row: GenerationRow) {
  const version = row.priceVersion === null ? undefined : await catalogue.priceVersion(row.priceVersion);
  const settled = await books.settlement(row.generation);
  const charged = BigInt(row.charge);
  const at = { minute: minuteOfDay(row.startedAt), charged };
  const explained = version && charged > 0n ? explainCharge(row.usage, version.price, at) : undefined;
  const lines = explained?.lines.map(({ unit, count, rate, amount }) => {
    return { unit, count, price_usd: formatPicoUsd(rate), amount_usd: formatPicoUsd(amount) };
  });
  return {
    charge_lines: lines ?? [],
    markup_percent: formatPercent(version?.markup ?? 0n),
    refunded_usd: formatUsd(settled?.refunded ?? 0n),
    // What the operator owes to whom is not the customer's: the account API leaves it out.
    split: settled && {
      payee: settled.payee,
      payable_usd: formatUsd(settled.cost),
      revenue_usd: formatUsd(settled.payable > 0n ? settled.payable - settled.cost : 0n),
    },
  };
}

function formatPercent(millionths: bigint): string {
  return formatPicoUsd(millionths * 100_000_000n);
}

/** The same for the account API, which shows it to the generation's own workspace alone. */
export async function showGeneration(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const row = await context.store.postings.generation(args.text('generation', "the generation's id"));
  if (!row || row.workspace !== args.text('within', 'the workspace that it is in')) return null;
  if (row.at < keptFrom(context.now(), context.retention.usageDays)) return null;
  const { split: _ours, markup_percent: _too, ...explained } = await explain(context, given);
  return {
    ...explained,
    workspace: row.workspace,
    surface: row.surface,
    stream: row.stream,
    created_at: new Date(row.startedAt).toISOString(),
    duration_ms: Math.max(0, row.at - row.startedAt),
    first_content_ms: row.firstContentMs,
  };
}

/** Nobody who asked for text is told how much audio it was. */
function mediaOf(usage: Usage): Readonly<Record<string, number>> {
  if (!countsMedia(usage)) return {};
  const { audioInput = 0, audioOutput = 0, audioSeconds = 0, images = 0 } = usage;
  return { audio_input: audioInput, audio_output: audioOutput, audio_seconds: audioSeconds, images };
}
