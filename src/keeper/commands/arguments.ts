import { type Nano, parseUsd } from '#core/money/nano.ts';
import { holdsCardNumber } from '#core/privacy/card-number.ts';
import { Refused } from './command.ts';

/** The arguments of a command, read one by one: what is not as it must be is refused with a sentence. */
export class Arguments {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(args: unknown) {
    // A parser: every value is checked when it is read.
    this.#values = typeof args === 'object' && args !== null ? (args as Record<string, unknown>) : {};
  }

  text(name: string, what: string, charactersMax = 200): string {
    const value = this.optionalText(name, what, charactersMax);
    if (value === undefined) throw new Refused(`Say ${what}.`);
    return value;
  }

  optionalText(name: string, what: string, charactersMax = 200): string | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    const text = typeof value === 'string' ? value.trim() : '';
    if (text === '' || text.length > charactersMax || hasControlCharacter(text)) {
      throw new Refused(`Say ${what} as plain text of 1 to ${charactersMax} characters.`);
    }
    // Nothing that is kept here may hold one: who is paid for cards keeps them.
    if (holdsCardNumber(text)) throw new Refused(`Say ${what} without a card number: none is kept here.`);
    return text;
  }

  /** Said, and said to be nothing. */
  isNull(name: string): boolean {
    return this.#values[name] === null;
  }

  /** The whole text of a file. */
  body(name: string, what: string, charactersMax: number): string {
    const value = this.#values[name];
    if (typeof value !== 'string' || value.length > charactersMax) throw new Refused(`Say ${what}.`);
    return value;
  }

  optionalFlag(name: string, what: string): boolean | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'boolean') throw new Refused(`Say ${what} as true or false.`);
    return value;
  }

  /** Left out or null: undefined. A list of nothing says nothing, and is refused. */
  optionalTexts(name: string, what: string): readonly string[] | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    const texts = this.texts(name, what);
    if (texts.length === 0) throw new Refused(`Say ${what}: a list without anything in it says nothing.`);
    return texts;
  }

  isList(name: string): boolean {
    return Array.isArray(this.#values[name]);
  }

  texts(name: string, what: string): readonly string[] {
    const values = this.#values[name];
    if (!Array.isArray(values) || values.length > 50) throw new Refused(`Say ${what}.`);
    return values.map((_, index) => new Arguments(values).text(String(index), what, 500));
  }

  list(name: string, what: string): readonly unknown[] {
    const values = this.#values[name];
    if (!Array.isArray(values) || values.length > 1_000) throw new Refused(`Say ${what}.`);
    return values;
  }

  optionalUsd(name: string, what: string): Nano | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    const amount = typeof value === 'string' || typeof value === 'number' ? parseUsd(value) : undefined;
    if (amount === undefined || amount > usdMax) {
      throw new Refused(`Say ${what} in US dollars as a decimal such as 5.00, at most 100000000 and nine places.`);
    }
    return amount;
  }

  optionalCount(name: string, what: string): number | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    const count = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
    if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) {
      throw new Refused(`Say ${what} as a whole number.`);
    }
    return count;
  }

  optionalChoice<Choice extends string>(name: string, what: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    const choice = choices.find((each) => each === value);
    if (choice === undefined) throw new Refused(`Say ${what} as one of ${choices.join(', ')}.`);
    return choice;
  }

  /** An ISO date, or date and time; a date alone is its first instant in UTC. */
  optionalInstant(name: string, what: string): number | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    const instant = typeof value === 'string' && isoDate.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(instant)) throw new Refused(`Say ${what} as a date such as 2027-01-31 or 2027-01-31T12:00:00Z.`);
    return instant;
  }

  /** Names and values that somebody else judges. */
  section(name: string, what: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw new Refused(`Say ${what}.`);
    return Object.fromEntries(Object.entries(value));
  }

  /** Whatever it is: somebody else judges it. */
  anything(name: string): unknown {
    return this.#values[name];
  }

  inner(name: string): Arguments {
    return new Arguments(this.#values[name]);
  }
}

/** A hundred million dollars: sums of such amounts stay far inside 64 bits of nano-dollars. */
const usdMax = 100_000_000n * 1_000_000_000n;

const isoDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

function hasControlCharacter(text: string): boolean {
  for (const character of text) if (character < ' ' || character === '\u007f') return true;
  return false;
}
