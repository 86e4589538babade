import { formatUsd } from '#core/money/nano.ts';
import { readProviderBill } from '#core/money/provider-bill.ts';
import type { BilledRow, CostRow } from '#store/book-store.ts';
import type { Snapshot } from '../interface/snapshot.ts';
import { reconcileDay } from '../posting/reconcile.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

const dayMs = 86_400_000;
const daysShown = 62;
const bytesMax = 32 * 1_048_576;

/** Looks at all the books now, as is done each night. */
export async function reconcileBooks({ store, now }: CommandContext) {
  return await reconcileDay(store, now());
}

/** Keeps what a provider's export says, and shows where our books say something else, by day and model. */
export async function importBill(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const upstream = args.text('upstream', 'which upstream, by its name in the configuration');
  const { upstreams, models } = await context.snapshot();
  if (!upstreams.some(({ name }) => name === upstream)) throw new Refused(`There is no upstream "${upstream}".`);
  const file = args.body('file', 'the file', bytesMax);
  const lines = readProviderBill(file);
  if ('trouble' in lines) throw new Refused(lines.trouble);
  const [first] = lines;
  if (!first) throw new Refused('The file has no lines.');
  await context.store.books.keepBill({ upstream, lines, now: context.now() });
  const days = lines.map(({ day }) => day);
  const span = {
    upstream,
    fromDay: days.reduce((a, b) => Math.min(a, b)),
    untilDay: days.reduce((a, b) => Math.max(a, b)) + 1,
  };
  return await differencesIn(context, span, models);
}

/** What was imported of an upstream's bills lately, beside what our books say of the same days. */
export async function showBills(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const upstream = args.text('upstream', 'which upstream, by its name');
  const { models } = await context.snapshot();
  const untilDay = Math.floor(context.now() / dayMs) + 1;
  const span = { upstream, fromDay: untilDay - daysShown, untilDay };
  const billed = await context.store.books.billed(span);
  const days = billed.map(({ day }) => day);
  if (days.length === 0) return [];
  // Of days that no bill covers nothing is different.
  const fromDay = days.reduce((a, b) => Math.min(a, b));
  return await differencesIn(
    context,
    { upstream, fromDay, untilDay: days.reduce((a, b) => Math.max(a, b)) + 1 },
    models,
  );
}

async function differencesIn(
  { store }: CommandContext,
  span: { readonly upstream: string; readonly fromDay: number; readonly untilDay: number },
  models: Snapshot['models'],
) {
  const named = new Map(
    models.flatMap(({ endpoints }) => endpoints.map(({ id, upstreamModel }) => [id, upstreamModel] as const)),
  );
  return differences(await store.books.billed(span), await store.books.costs(span), named);
}

type Pair = { day: number; model: string; theirs: BilledRow[]; ours: CostRow[] };

function differences(billed: readonly BilledRow[], costs: readonly CostRow[], named: ReadonlyMap<string, string>) {
  const pairs = new Map<string, Pair>();
  const pairOf = (day: number, model: string): Pair => {
    const key = `${day} ${model}`;
    const pair = pairs.get(key) ?? { day, model, theirs: [], ours: [] };
    pairs.set(key, pair);
    return pair;
  };
  const ours = new Set([...named.values()]);
  for (const row of costs) pairOf(row.day, named.get(row.endpoint) ?? modelOf(row.endpoint)).ours.push(row);
  for (const row of billed) pairOf(row.day, ownName(row.model, ours)).theirs.push(row);
  return [...pairs.values()]
    .toSorted((a, b) => a.day - b.day || (a.model < b.model ? -1 : 1))
    .map(({ day, model, theirs, ours: own }) => {
      const cost = own.reduce((sum, row) => sum + row.cost, 0n);
      const theirCost = theirs.some(({ amount }) => amount !== undefined)
        ? theirs.reduce((sum, { amount = 0n }) => sum + amount, 0n)
        : undefined;
      return {
        day: new Date(day * dayMs).toISOString().slice(0, 10),
        model,
        ours_usd: formatUsd(cost),
        theirs_usd: theirCost === undefined ? null : formatUsd(theirCost),
        difference_usd: theirCost === undefined ? null : formatUsd(theirCost - cost),
        our_input: own.reduce((sum, { input }) => sum + input, 0),
        their_input: sumOf(theirs.map(({ input }) => input)),
        our_output: own.reduce((sum, { output }) => sum + output, 0),
        their_output: sumOf(theirs.map(({ output }) => output)),
      };
    });
}

function modelOf(endpoint: string): string {
  return endpoint.slice(0, endpoint.lastIndexOf('@'));
}

/** Providers bill a dated name, `gpt-5-mini-2025-08-07`, for what is asked for without its date. */
function ownName(model: string, ours: ReadonlySet<string>): string {
  if (ours.has(model)) return model;
  const undated = model.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, '');
  return ours.has(undated) ? undated : model;
}

function sumOf(counts: readonly (number | undefined)[]): number | null {
  const said = counts.filter((count) => count !== undefined);
  return said.length === 0 ? null : said.reduce((sum, count) => sum + count, 0);
}
