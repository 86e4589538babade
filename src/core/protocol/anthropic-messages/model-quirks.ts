/** What a model takes, by its upstream's name. https://platform.claude.com/docs/en/about-claude/models/migration-guide */
export type ModelQuirks = {
  /** `budget`: thinking by a number of tokens. `adaptive`: the model decides, led by an effort. */
  readonly thinking: 'none' | 'budget' | 'adaptive';
  /** Thinks unless it is told not to. */
  readonly thinksByDefault: boolean;
  /** Knows the effort between `high` and `max`. */
  readonly takesXhigh: boolean;
  /** Temperature and top_p: both, one of the two, or neither (top_k goes with them). */
  readonly sampling: 'both' | 'one' | 'none';
  /** The caller may begin the model's answer. */
  readonly takesPrefill: boolean;
  /** Answers by a JSON Schema, and strict tools. */
  readonly takesSchema: boolean;
};

type Row = ModelQuirks & { readonly from: number };

/** By version, major × 100 + minor; the first row that a model is not older than decides. */
const rows: readonly Row[] = [
  {
    from: 500,
    thinking: 'adaptive',
    thinksByDefault: true,
    takesXhigh: true,
    sampling: 'none',
    takesPrefill: false,
    takesSchema: true,
  },
  {
    from: 407,
    thinking: 'adaptive',
    thinksByDefault: false,
    takesXhigh: true,
    sampling: 'none',
    takesPrefill: false,
    takesSchema: true,
  },
  {
    from: 406,
    thinking: 'adaptive',
    thinksByDefault: false,
    takesXhigh: false,
    sampling: 'one',
    takesPrefill: false,
    takesSchema: true,
  },
  {
    from: 401,
    thinking: 'budget',
    thinksByDefault: false,
    takesXhigh: false,
    sampling: 'one',
    takesPrefill: true,
    takesSchema: true,
  },
  {
    from: 307,
    thinking: 'budget',
    thinksByDefault: false,
    takesXhigh: false,
    sampling: 'both',
    takesPrefill: true,
    takesSchema: false,
  },
  {
    from: 0,
    thinking: 'none',
    thinksByDefault: false,
    takesXhigh: false,
    sampling: 'both',
    takesPrefill: true,
    takesSchema: false,
  },
];

/** A name that says nothing: taken for a new model that is not strict about what older ones took. */
const unknownModel: ModelQuirks = {
  thinking: 'adaptive',
  thinksByDefault: true,
  takesXhigh: true,
  sampling: 'one',
  takesPrefill: true,
  takesSchema: true,
};

/** `claude-3-5-haiku-20241022`, `claude-sonnet-4-20250514`, `claude-opus-5`, `claude-4.7-opus`: a date is no version. */
const versioned = /claude-(?:[a-z]+-)?(\d)(?:[-.](\d{1,2})(?!\d))?/;

export function quirksOf(model: string): ModelQuirks {
  const match = versioned.exec(model.toLowerCase());
  if (!match) return unknownModel;
  const version = Number(match[1]) * 100 + Number(match[2] ?? 0);
  return rows.find(({ from }) => version >= from) ?? unknownModel;
}
