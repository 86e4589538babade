/** What is signed: no fractions, so that every reader writes the same digits. Amounts are decimal strings. */
export type SignedValue =
  | string
  | number
  | boolean
  | null
  | readonly SignedValue[]
  | { readonly [name: string]: SignedValue };

/**
 * The one text of a value, as RFC 8785 (JSON canonicalisation) writes it: names in the order of their UTF-16 units, no
 * spaces, strings as JSON.stringify writes them.
 */
export function canonicalJson(value: SignedValue): string {
  switch (typeof value) {
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0))
        throw new RangeError('what is signed has whole numbers');
      return String(value);
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : ofParts(value);
  }
}

function ofParts(value: readonly SignedValue[] | { readonly [name: string]: SignedValue }): string {
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function isList(value: object): value is readonly SignedValue[] {
  return Array.isArray(value);
}

/** What a foreign JSON text holds, if it could have been signed; undefined where it could not. */
export function toSignedValue(value: unknown): SignedValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : undefined;
  if (Array.isArray(value)) {
    const items = value.map(toSignedValue);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (typeof value !== 'object') return undefined;
  const members = Object.entries(value).map(([name, member]) => [name, toSignedValue(member)] as const);
  if (members.some(([, member]) => member === undefined)) return undefined;
  // The line above leaves none that is undefined; own names only, so `__proto__` stays a name.
  return Object.fromEntries(members) as { readonly [name: string]: SignedValue };
}
