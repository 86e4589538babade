import { holdsCardNumber } from './card-number.ts';

/** What may be looked for in a request: each is told by its form, and where it has a check digit, by that. */
export const detectorNames = ['card', 'iban', 'email', 'phone', 'key'] as const;

export type DetectorName = (typeof detectorNames)[number];

export const detectorActions = ['warn', 'redact', 'block', 'route'] as const;

export type DetectorAction = (typeof detectorActions)[number];

export type Detectors = ReadonlyMap<DetectorName, DetectorAction>;

export type Found = { readonly name: DetectorName; readonly start: number; readonly end: number };

/** Every pattern is of fixed parts and bounded counts: time grows with the length of the text alone. */
const patterns: Readonly<Record<DetectorName, RegExp>> = {
  card: /(?<!\w|\d\.)(?:\d[ -]?){12,18}\d(?!\w|\.\d)/g,
  iban: /(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)/g,
  email: /(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![\w-])/gi,
  phone: /(?<![\w+])\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}(?!\w)/g,
  key: /(?<!\w)(?:sk-[A-Za-z0-9_-]{20,200}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255}|xox[abprs]-[A-Za-z0-9-]{10,200}|AIza[\w-]{35}|glpat-[\w-]{20,64}|sk_live_[A-Za-z0-9]{16,99}|-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----)/g,
};

/** Where a pattern fits and its check digits are right, in order and without overlaps; of two at one place the first named. */
export function findSensitive(text: string, names: Iterable<DetectorName>): readonly Found[] {
  const found: Found[] = [];
  for (const name of names) {
    for (const match of text.matchAll(patterns[name])) {
      if (isReal(name, match[0])) found.push({ name, start: match.index, end: match.index + match[0].length });
    }
  }
  found.sort((one, other) => one.start - other.start);
  let end = 0;
  return found.filter((each) => {
    if (each.start < end) return false;
    end = each.end;
    return true;
  });
}

/** The text with each place replaced by a word that says what was there. */
export function redact(text: string, found: readonly Found[]): string {
  let redacted = '';
  let from = 0;
  for (const { name, start, end } of found) {
    redacted += `${text.slice(from, start)}[${name}]`;
    from = end;
  }
  return redacted + text.slice(from);
}

/** As an owner writes it: `card:block,email:warn`. Undefined: nothing is looked for. */
export function readDetectors(setting: string | undefined): Detectors | undefined {
  if (setting === undefined || setting === 'off') return undefined;
  const pairs = setting.split(',').map((pair) => pair.split(':'));
  const read = pairs.flatMap(([name, action]) => {
    const detector = detectorNames.find((each) => each === name);
    const does = detectorActions.find((each) => each === action);
    return detector && does ? [[detector, does] as const] : [];
  });
  return read.length === 0 ? undefined : new Map(read);
}

function isReal(name: DetectorName, text: string): boolean {
  switch (name) {
    case 'card':
      return holdsCardNumber(text);
    case 'iban':
      return isIban(text.replaceAll(' ', ''));
    case 'phone':
      return isPhone(text.replace(/\D/g, '').length);
    case 'email':
    case 'key':
      return true;
  }
}

/** E.164: 15 digits at most. */
function isPhone(digits: number): boolean {
  return digits >= 9 && digits <= 15;
}

/** ISO 13616: rearranged, with letters as numbers, it leaves 1 when divided by 97. */
function isIban(text: string): boolean {
  if (text.length < 15 || text.length > 34) return false;
  let rest = 0;
  for (const letter of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(letter, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
