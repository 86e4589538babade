import { encodePrice } from '../interface/decode-snapshot.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';
import { toPriceJson } from './models.ts';
import { sentence } from './upstreams.ts';

/** Nobody plans farther, and a slip of the year is seen. */
const aheadMs = 400 * 86_400_000;

/**
 * What an endpoint costs from now or a day to come on. What was charged stays as it was: each charge names the version of the price
 * that it was made with.
 */
export async function setPrice(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const endpoint = findEndpoint(context, args);
  const now = context.now();
  const since = args.optionalInstant('since', 'from when it holds') ?? now;
  if (since < now - 86_400_000) throw new Refused('A price cannot be set for the past: what was charged stays.');
  if (since > now + aheadMs) throw new Refused('A price can be set for the next 400 days.');
  const from = Math.max(since, now);
  const written = args.isNull('price') ? null : args.anything('price');
  if (written === undefined) throw new Refused('Say the price, as in { "input": "0.25", "output": "2.00" } or "free".');
  const price = written === null ? undefined : await judged(context, written);
  await context.store.upstreams.setPrice({ endpoint, since: from, price }, now);
  return {
    endpoint,
    since: new Date(from).toISOString(),
    price: price ? toPriceJson(encodePrice(price)) : null,
  };
}

/** All that were set, the newest first. */
export async function listPrices({ offered, now }: CommandContext, given: unknown) {
  const endpoint = new Arguments(given).optionalText('endpoint', 'which endpoint');
  const rows = offered.prices.filter((each) => endpoint === undefined || each.endpoint === endpoint);
  return rows
    .toSorted((left, right) => right.since - left.since)
    .slice(0, 1_000)
    .map((row) => ({
      endpoint: row.endpoint,
      since: new Date(row.since).toISOString(),
      begun: row.since <= now(),
      price: row.price ? toPriceJson(encodePrice(row.price)) : null,
    }));
}

function findEndpoint({ offered }: CommandContext, args: Arguments): string {
  const id = args.text('endpoint', 'which endpoint, as in openai/gpt-5-mini@openai');
  const place = offered.file.places?.prices[id];
  if (place !== undefined) {
    throw new Refused(`The price of "${id}" stands in ${place}, and what is named there is decided there.`);
  }
  const known = offered.catalogue.endpoints.find((each) => each.id === id);
  if (!known) throw new Refused(`There is no endpoint "${id}". "fairlead models" shows them.`);
  if (known.upstream === 'sandbox') throw new Refused("The sandbox's prices are its own.");
  return id;
}

async function judged({ judges }: CommandContext, written: unknown) {
  if (!judges) throw new Refused('No price can be set here.');
  const price = await judges.price(written);
  if ('says' in price) throw new Refused(sentence(price.says));
  return price;
}
