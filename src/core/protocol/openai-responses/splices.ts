import { type Edit, EditedBody } from '../apply-edits.ts';
import { readString } from '../json-scan.ts';
import type { RequestFacts, SplicedRequest, UpstreamAsk } from '../protocol.ts';
import { hasSealedState } from '../sealed-state.ts';
import { hostedRoundsDefault } from './read-request.ts';
import { uselessItemCuts } from './splice-state.ts';

/**
 * Everything that is changed in a caller's bytes on their way to an upstream of the same dialect. All else, unknown
 * fields and their order included, stays byte-equal. docs/reference/splices.md is made from this table.
 */
export const requestSplices = [
  {
    field: 'model',
    when: 'always, when the upstream knows the model by another name',
    why: 'callers use public names; each upstream has its own',
  },
  {
    field: 'max_output_tokens',
    when: 'the caller names no limit, or a larger one than the endpoint or the money allows',
    why: 'a hold is an upper bound, so output needs one',
  },
  {
    field: 'max_tool_calls',
    when: 'the upstream runs tools that bring input of their own, and the caller names no limit of their calls',
    why: 'each may bring a whole context of input, and a hold is an upper bound',
  },
  {
    field: 'user, safety_identifier',
    when: 'the caller sent one',
    why: 'an end user reaches an upstream only as a pseudonym that is keyed per workspace',
  },
  {
    field: 'store',
    when: 'the caller said nothing, and does not ask for the background',
    why: 'this API stores by default, and nothing is stored at an upstream unless the caller asks for it',
  },
  {
    field: 'foreign_state',
    when: 'a reasoning item holds the state of a model of another family',
    why: 'only its maker can read it, and this upstream would refuse it',
  },
  {
    field: 'reasoning_reference',
    when: 'an item of the input only names earlier reasoning by its id',
    why: 'it was not stored, since nobody asked for it, and the upstream would not find it',
  },
] as const;

type Changes = { readonly edits: Edit[]; readonly added: string[]; readonly splices: string[] };

/** Applies the table: cuts out the old spans and puts the new texts in, in one copy. */
export function spliceRequest(body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk): SplicedRequest {
  const changes: Changes = { edits: [], added: [], splices: [] };
  const { edits, added, splices } = changes;
  if (facts.model !== ask.model) put(facts, 'model', JSON.stringify(ask.model), changes);
  if (facts.outputLimit === undefined || facts.outputLimit > ask.outputLimit) {
    put(facts, 'max_output_tokens', String(ask.outputLimit), changes);
  }
  spliceUser(body, facts, ask, changes);
  if (facts.spans.has('hosted')) put(facts, 'max_tool_calls', String(hostedRoundsDefault), changes);
  if (facts.store === undefined && !facts.spans.has('background')) put(facts, 'store', 'false', changes);
  const hasReferences = facts.spans.has('reasoning_reference');
  if (hasReferences || hasSealedState(body)) {
    const cuts = uselessItemCuts(body, facts.spans.get('input'));
    if (cuts.length > 0) splices.push(hasReferences ? 'reasoning_reference' : 'foreign_state');
    edits.push(...cuts);
  }
  if (added.length > 0) edits.push(insertion(facts, added));
  return new EditedBody(body, edits, splices);
}

/** In place of what stands there, be it null, or as a new member. */
function put(facts: RequestFacts, field: string, text: string, { edits, added, splices }: Changes): void {
  const span = facts.spans.get(field);
  if (span) edits.push({ start: span.start, end: span.end, text });
  else added.push(`"${field}":${text}`);
  splices.push(field);
}

function spliceUser(body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk, changes: Changes): void {
  for (const field of ['user', 'safety_identifier'] as const) {
    const span = facts.spans.get(field);
    if (!span || body[span.start] !== 0x22) continue;
    const user = readString(body, { kind: 'string', keyStart: span.start, ...span });
    put(facts, field, JSON.stringify(ask.pseudonym(user)), changes);
  }
}

/** The body has a model, so it is never empty. */
function insertion(facts: RequestFacts, added: readonly string[]): Edit {
  const at = facts.spans.get('open') ?? { start: 1, end: 1 };
  return { start: at.start, end: at.end, text: `${added.join(',')},` };
}
