import { type PageViewCount, type PageViewWord, pageViewWords } from '#store/visit-store.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

const hourMs = 3_600_000;
const dayHours = 24;
const rowsMax = 1_000;

/** What the console counted. */
export async function addPageViews({ store }: CommandContext, given: unknown) {
  // A parser: only the console's own thread asks this; the store's columns are strict.
  const rows = new Arguments(given).list('rows', 'what was counted') as readonly PageViewCount[];
  await store.visits.add(rows);
  return { added: rows.length };
}

/** Looks at pages, added up by path unless said otherwise, over the last thirty days unless said otherwise. */
export async function showPageViews({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const by = (args.optionalText('by', 'by what to add up, as in path,country') ?? 'path').split(',').map(toWord);
  const until = Math.ceil((args.optionalInstant('until', 'until when') ?? now() + hourMs) / hourMs);
  const from = args.optionalInstant('from', 'from when');
  const span = { from: from === undefined ? until - 30 * dayHours : Math.floor(from / hourMs), until };
  const sums = await store.visits.sums([...new Set(by)], span, rowsMax);
  return sums.map(({ hour, ...sum }) =>
    hour === undefined ? sum : { hour: new Date(Number(hour) * hourMs).toISOString(), ...sum },
  );
}

function toWord(word: string): PageViewWord {
  const found = pageViewWords.find((each) => each === word.trim());
  if (!found) throw new Refused(`Page views are added up by ${pageViewWords.join(', ')}.`);
  return found;
}
