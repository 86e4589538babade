import { type Edit, EditedBody } from '../apply-edits.ts';
import { readString } from '../json-scan.ts';
import type { RequestFacts, SplicedRequest, UpstreamAsk } from '../protocol.ts';
import { hasSealedState } from '../sealed-state.ts';
import { findForeignState } from './find-foreign-state.ts';
import { quirksOf } from './quirks.ts';

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
    field: 'stream_options.include_usage',
    when: 'the request streams and did not ask for usage',
    why: 'every token is counted; the extra chunk is hidden from the caller again',
  },
  {
    field: 'max_tokens, max_completion_tokens',
    when: 'the caller names no limit, both of them, or a larger one than the endpoint or the money allows',
    why: 'a hold is an upper bound, so output needs one',
  },
  {
    field: 'user, safety_identifier',
    when: 'the caller sent one',
    why: 'an end user reaches an upstream only as a pseudonym that is keyed per workspace',
  },
  {
    field: 'store',
    when: 'the caller said nothing and the upstream is OpenAI, whose default an account can change',
    why: 'nothing is stored at an upstream unless the caller asks for it',
  },
  {
    field: 'reasoning_details, extra_content',
    when: 'it holds state of another family that this Fairlead had wrapped for a caller of this dialect',
    why: 'only the family that made it can read it, and other upstreams refuse it',
  },
] as const;

/** Applies the table: cuts out the old spans and puts the new texts in, in one copy. */
export function spliceRequest(body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk): SplicedRequest {
  const edits: Edit[] = [];
  const added: string[] = [];
  const splices: string[] = [];
  spliceModel(facts, ask, edits, splices);
  if (facts.stream && !facts.wantsUsage) spliceUsage(facts, edits, added, splices);
  spliceLimit(body, facts, ask, { edits, added, splices });
  spliceUser(body, facts, ask, edits, splices);
  if (facts.store === undefined && quirksOf(ask.endpoint.upstream.provider).mustSayStore) {
    const span = facts.spans.get('store');
    if (span) edits.push({ ...span, text: 'false' });
    else added.push('"store":false');
    splices.push('store');
  }
  const messages = facts.spans.get('messages');
  if (messages && hasSealedState(body)) {
    const cuts = findForeignState(body, messages);
    edits.push(...cuts.map((cut) => ({ ...cut, text: '' })));
    if (cuts.length > 0) splices.push('foreign_state');
  }
  if (added.length > 0) edits.push(insertion(facts, added));
  return new EditedBody(body, edits, splices);
}

function spliceModel(facts: RequestFacts, { model }: UpstreamAsk, edits: Edit[], splices: string[]): void {
  const span = facts.spans.get('model');
  if (!span || facts.model === model) return;
  edits.push({ ...span, text: JSON.stringify(model) });
  splices.push('model');
}

function spliceUsage(facts: RequestFacts, edits: Edit[], added: string[], splices: string[]): void {
  const flag = facts.spans.get('stream_options.include_usage');
  const empty = facts.spans.get('stream_options.empty');
  const options = facts.spans.get('stream_options');
  if (flag) edits.push({ ...flag, text: 'true' });
  else if (empty) edits.push({ ...empty, text: '{"include_usage":true}' });
  else if (options && options.end - options.start > 4) {
    edits.push({ start: options.start + 1, end: options.start + 1, text: '"include_usage":true,' });
  } else if (options) edits.push({ ...options, text: '{"include_usage":true}' });
  else added.push('"stream_options":{"include_usage":true}');
  splices.push('stream_options.include_usage');
}

const limitFields = ['max_tokens', 'max_completion_tokens'] as const;

type Changes = { readonly edits: Edit[]; readonly added: string[]; readonly splices: string[] };

function spliceLimit(
  body: Uint8Array,
  facts: RequestFacts,
  ask: UpstreamAsk,
  { edits, added, splices }: Changes,
): void {
  // A limit that is null is none, and stays so: some upstreams refuse both names, or the older one.
  const named = limitFields.map((name) => facts.spans.get(name)).filter((span) => span && body[span.start] !== 0x6e);
  // Of two limits the hold covers the smaller one; nobody knows which of them the upstream reads.
  if (named.length < 2 && facts.outputLimit !== undefined && facts.outputLimit <= ask.outputLimit) return;
  const text = String(ask.outputLimit);
  const field = quirksOf(ask.endpoint.upstream.provider).limitField;
  const spans = named.length > 0 ? named : [facts.spans.get(field)];
  for (const span of spans) {
    if (span) edits.push({ ...span, text });
    else added.push(`"${field}":${text}`);
  }
  splices.push('max_tokens');
}

function spliceUser(body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk, edits: Edit[], splices: string[]): void {
  for (const field of ['user', 'safety_identifier'] as const) {
    const span = facts.spans.get(field);
    if (!span || body[span.start] !== 0x22) continue;
    const user = readString(body, { kind: 'string', keyStart: span.start, ...span });
    edits.push({ ...span, text: JSON.stringify(ask.pseudonym(user)) });
    splices.push(field);
  }
}

function insertion(facts: RequestFacts, added: readonly string[]): Edit {
  const at = facts.spans.get('open') ?? facts.spans.get('empty') ?? { start: 1, end: 1 };
  return { ...at, text: facts.spans.has('open') ? `${added.join(',')},` : added.join(',') };
}
