import { parseDecimal } from './nano.ts';

/** What a provider says one model was used, and costs, on one day. Undefined: the file does not say. */
export type BillLine = {
  /** Days since 1970, UTC. */
  readonly day: number;
  /** The provider's own name. */
  readonly model: string;
  /** Nano-USD. */
  readonly amount: bigint | undefined;
  readonly input: number | undefined;
  readonly output: number | undefined;
};

/** Why a file is no bill, as a sentence. */
export type BillTrouble = { readonly trouble: string };

const dayMs = 86_400_000;

/** The columns of the exports that we know: OpenAI's costs and usage, Anthropic's usage and costs, and plain ones. */
const columns = {
  day: ['day', 'date', 'usage_date_utc', 'start_time_iso', 'start_time', 'timestamp'],
  model: ['model', 'model_version', 'line_item'],
  amount: ['amount_value', 'cost_usd', 'amount_usd', 'cost', 'amount'],
  input: [
    ...['input', 'input_tokens', 'usage_input_tokens_no_cache', 'usage_input_tokens_cache_read'],
    ...['usage_input_tokens_cache_write_5m', 'usage_input_tokens_cache_write_1h'],
  ],
  output: ['output', 'output_tokens', 'usage_output_tokens'],
  currency: ['amount_currency', 'currency'],
} as const;

/** Amounts have up to eighteen places in such files; they are added up exactly and rounded once a line of ours. */
const places = 18;
const perNano = 10n ** 9n;

/** Reads a provider's export, added up by day and model. */
export function readProviderBill(text: string): readonly BillLine[] | BillTrouble {
  const [head, ...rows] = readCsv(text);
  if (!head) return { trouble: 'The file is empty.' };
  const names = head.map((name) => name.trim().toLowerCase());
  const first = (of: readonly string[]) => of.map((name) => names.indexOf(name)).find((index) => index >= 0);
  const [day, model, amount, currency] = [columns.day, columns.model, columns.amount, columns.currency].map(first);
  const all = (of: readonly string[]) => of.flatMap((name) => (names.includes(name) ? [names.indexOf(name)] : []));
  const [input, output] = [all(columns.input), all(columns.output)];
  if (day === undefined || model === undefined || (amount === undefined && output.length === 0)) {
    return { trouble: 'The file has no columns for day, model, and cost or tokens, as the exports of providers have.' };
  }
  const sums = new Map<string, Sum>();
  for (const [index, row] of rows.entries()) {
    const line = index + 2;
    const at = readDay(row[day] ?? '');
    // OpenAI's costs name a model and what of it: "gpt-5-mini-2025-08-07, input".
    const name = (row[model] ?? '').split(',')[0]?.trim() ?? '';
    if (at === undefined) return { trouble: `Line ${line} has no day that can be read.` };
    if (currency !== undefined && (row[currency] ?? 'usd').trim().toLowerCase() !== 'usd') {
      return { trouble: `Line ${line} is not in US dollars.` };
    }
    const cost = amount === undefined ? 0n : readAmount(row[amount] ?? '');
    const [tokensIn, tokensOut] = [readCounts(row, input), readCounts(row, output)];
    if (cost === undefined) return { trouble: `Line ${line} has an amount that cannot be read.` };
    if (tokensIn === undefined || tokensOut === undefined)
      return { trouble: `Line ${line} has a count that cannot be read.` };
    const key = `${at} ${name}`;
    const sum = sums.get(key) ?? { day: at, model: name, amount: 0n, input: 0n, output: 0n };
    sums.set(key, { ...sum, amount: sum.amount + cost, input: sum.input + tokensIn, output: sum.output + tokensOut });
  }
  const says = { amount: amount !== undefined, input: input.length > 0, output: output.length > 0 };
  return [...sums.values()].map((sum) => toLine(sum, says));
}

type Sum = {
  readonly day: number;
  readonly model: string;
  readonly amount: bigint;
  readonly input: bigint;
  readonly output: bigint;
};

function toLine(
  sum: Sum,
  says: { readonly amount: boolean; readonly input: boolean; readonly output: boolean },
): BillLine {
  return {
    day: sum.day,
    model: sum.model,
    // To the nearest nano-dollar.
    amount: says.amount ? (sum.amount + perNano / 2n) / perNano : undefined,
    input: says.input ? wholeOf(sum.input) : undefined,
    output: says.output ? wholeOf(sum.output) : undefined,
  };
}

function wholeOf(count: bigint): number {
  return Number.parseInt(String(count), 10);
}

/** An ISO date, or one with a time, or seconds since 1970. */
function readDay(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d{9,11}$/.test(trimmed)) return Math.floor(Number.parseInt(trimmed, 10) / 86_400);
  const date = /^(\d{4}-\d\d-\d\d)/.exec(trimmed)?.[1];
  const at = date === undefined ? Number.NaN : Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) ? undefined : at / dayMs;
}

function readAmount(text: string): bigint | undefined {
  const trimmed = text.trim().replace(/^\$/, '');
  if (trimmed === '') return 0n;
  // A spreadsheet writes small numbers as 1.2E-05.
  const match = /^(\d+)(?:\.(\d+))?[eE]-(\d{1,2})$/.exec(trimmed);
  if (!match) return parseDecimal(trimmed, places);
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const zeros = Number.parseInt(exponent, 10);
  const digits = (whole + fraction).padStart(zeros + whole.length, '0');
  const point = digits.length - fraction.length - zeros;
  return parseDecimal(`${digits.slice(0, point) || '0'}.${digits.slice(point)}`.slice(0, places + 2), places);
}

function readCounts(row: readonly string[], indexes: readonly number[]): bigint | undefined {
  let sum = 0n;
  for (const index of indexes) {
    const text = (row[index] ?? '').trim();
    if (text === '') continue;
    if (!/^\d{1,15}$/.test(text)) return undefined;
    sum += BigInt(text);
  }
  return sum;
}

/** Rows of fields: commas between them, quotes around what holds a comma or a quote. */
export function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  const endRow = () => {
    row.push(field);
    if (row.length > 1 || field !== '') rows.push(row);
    row = [];
    field = '';
  };
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  for (let at = 0; at < body.length; at += 1) {
    const character = body.charAt(at);
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (body.charAt(at + 1) === '"') {
        field += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && field === '') isQuoted = true;
    else if (character === ',') {
      row.push(field);
      field = '';
    } else if (character === '\n') endRow();
    else if (character !== '\r') field += character;
  }
  if (field !== '' || row.length > 0) endRow();
  return rows;
}
