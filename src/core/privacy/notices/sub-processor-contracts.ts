/** What the operator says of a contract with somebody who gets data, or of somebody whom no other setting names. */
export type SubProcessorEntry = {
  /** An upstream's name, `stripe`, `mail`, or a name of its own, such as `hosting`. */
  readonly name: string;
  /** Of whom no other setting names: who that is, what it does, what it gets, and where. */
  readonly who?: string | undefined;
  readonly role?: string | undefined;
  readonly receives?: string | undefined;
  readonly region?: string | undefined;
  /** What contract there is; undefined: none is on record. */
  readonly contract?: string | undefined;
  /** The day from which it holds. */
  readonly date?: string | undefined;
  readonly link?: string | undefined;
  /** On which ground data may go there. */
  readonly basis?: string | undefined;
};

export type ShownContract = {
  readonly what: string;
  readonly date: string | null;
  readonly link: string | null;
  readonly basis: string | null;
};

/** Null: none is on record, and that is said. */
export function contractOf(entries: readonly SubProcessorEntry[], name: string): ShownContract | null {
  const entry = entries.find((each) => each.name === name);
  if (entry?.contract === undefined) return null;
  const { contract: what, date = null, link = null, basis = null } = entry;
  return { what, date, link, basis };
}
