import { type Edit, EditedBody } from '../apply-edits.ts';
import { cutMembers } from '../cut-members.ts';
import { readNumber, readString, scanJsonObject } from '../json-scan.ts';
import type { RequestFacts, SplicedRequest, UpstreamAsk } from '../protocol.ts';
import { hasSealedState } from '../sealed-state.ts';
import { cloudEdits, cloudVersionOf } from './cloud-body.ts';
import { foreignStateCuts } from './foreign-state.ts';

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
    field: 'max_tokens',
    when: 'the caller names no limit, or a larger one than the endpoint or the money allows',
    why: 'a hold is an upper bound, so output needs one',
  },
  {
    field: 'thinking.budget_tokens',
    when: 'that limit leaves less room than the caller set aside for thinking',
    why: 'the upstream refuses a budget that is not below the limit',
  },
  {
    field: 'metadata.user_id',
    when: 'the caller sent one',
    why: 'an end user reaches an upstream only as a pseudonym that is keyed per workspace',
  },
  {
    field: 'foreign_state',
    when: 'a thinking block of an earlier turn was made by another family of models',
    why: 'a signature means something to its maker alone, and others refuse it',
  },
  {
    field: 'thread',
    when: 'the caller wants the conversation kept at the upstream: it is taken out',
    why: 'nothing is stored at an upstream in this way, so that every request brings its whole conversation',
  },
  {
    field: 'anthropic_version',
    when: 'the upstream is Bedrock or Vertex: it stands where `model` stood, unless the caller said it',
    why: 'these clouds take the version in the body and the model in the address',
  },
  {
    field: 'stream',
    when: 'the upstream is Bedrock: it is taken out',
    why: 'the address says whether the answer is a stream, and the body may not',
  },
] as const;

type Changes = { readonly edits: Edit[]; readonly splices: string[] };

/** Applies the table: cuts out the old spans and puts the new texts in, in one copy. */
export function spliceRequest(body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk): SplicedRequest {
  const changes: Changes = { edits: [], splices: [] };
  if (!spliceCloud(body, facts, ask, changes)) spliceModel(facts, ask, changes);
  spliceLimit(body, facts, ask, changes);
  spliceUser(body, facts, ask, changes);
  spliceForeignState(body, facts, changes);
  spliceThread(body, facts, changes);
  return new EditedBody(body, changes.edits, changes.splices);
}

/** True when the upstream is a cloud that takes the model in the address. */
function spliceCloud(body: Uint8Array, { spans }: RequestFacts, { endpoint }: UpstreamAsk, changes: Changes): boolean {
  const { cloud } = endpoint.upstream;
  const version = cloudVersionOf(cloud);
  if (!cloud || version === undefined || !spans.has('model')) return false;
  const { edits, splices } = cloudEdits(body, cloud, version);
  changes.edits.push(...edits);
  changes.splices.push(...splices);
  return true;
}

const threadField = new Set(['thread']);

function spliceThread(body: Uint8Array, { spans }: RequestFacts, { edits, splices }: Changes): void {
  if (!spans.has('thread')) return;
  const scan = scanJsonObject(body, threadField);
  const member = scan.ok ? scan.fields.get('thread') : undefined;
  if (!member) return;
  edits.push(...cutMembers(body, [member]).map((span) => ({ ...span, text: '' })));
  splices.push('thread');
}

function spliceModel(facts: RequestFacts, { model }: UpstreamAsk, { edits, splices }: Changes): void {
  const span = facts.spans.get('model');
  if (!span || facts.model === model) return;
  edits.push({ ...span, text: JSON.stringify(model) });
  splices.push('model');
}

function spliceLimit(body: Uint8Array, facts: RequestFacts, { outputLimit }: UpstreamAsk, changes: Changes): void {
  if (facts.outputLimit !== undefined && facts.outputLimit <= outputLimit) return;
  const span = facts.spans.get('max_tokens');
  if (span) changes.edits.push({ ...span, text: String(outputLimit) });
  else changes.edits.push(insertion(facts, `"max_tokens":${outputLimit}`));
  changes.splices.push('max_tokens');
  spliceBudget(body, facts, outputLimit, changes);
}

const budgetMin = 1_024;

/** Only after a clamp: some callers may set a budget above their limit, and know why. */
function spliceBudget(body: Uint8Array, { spans }: RequestFacts, limit: number, { edits, splices }: Changes): void {
  const budget = spans.get('thinking.budget_tokens');
  const thinking = spans.get('thinking');
  if (!budget || !thinking) return;
  if (readNumber(body, { kind: 'number', keyStart: budget.start, ...budget }) < limit) return;
  if (limit > budgetMin) edits.push({ ...budget, text: String(limit - 1) });
  else edits.push({ ...thinking, text: '{"type":"disabled"}' });
  splices.push('thinking.budget_tokens');
}

function spliceUser(body: Uint8Array, { spans }: RequestFacts, ask: UpstreamAsk, { edits, splices }: Changes): void {
  const span = spans.get('metadata.user_id');
  if (!span) return;
  const user = readString(body, { kind: 'string', keyStart: span.start, ...span });
  edits.push({ ...span, text: JSON.stringify(ask.pseudonym(user)) });
  splices.push('metadata.user_id');
}

function spliceForeignState(body: Uint8Array, { spans }: RequestFacts, { edits, splices }: Changes): void {
  const messages = spans.get('messages');
  if (!messages || !hasSealedState(body)) return;
  const cuts = foreignStateCuts(body, messages);
  if (cuts.length === 0) return;
  edits.push(...cuts.map((cut) => ({ ...cut, text: '' })));
  splices.push('foreign_state');
}

function insertion({ spans }: RequestFacts, text: string): Edit {
  const at = spans.get('open') ?? spans.get('empty') ?? { start: 1, end: 1 };
  return { ...at, text: spans.has('open') ? `${text},` : text };
}
