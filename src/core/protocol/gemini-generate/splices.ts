import { EditedBody } from '../apply-edits.ts';
import type { RequestFacts, SplicedRequest, UpstreamAsk } from '../protocol.ts';
import { hasSealedState } from '../sealed-state.ts';
import { editsOfForeignState } from './foreign-state.ts';
import type { Edit } from './json-spans.ts';

/**
 * Everything that is changed in a caller's bytes on their way to an upstream of the same dialect. All else, unknown
 * fields and their order included, stays byte-equal. docs/reference/splices.md is made from this table. The model
 * stands in the address, which is always ours.
 */
export const requestSplices = [
  {
    field: 'max_output_tokens',
    when: 'the caller names no limit, or a larger one than the endpoint or the money allows',
    why: 'a hold is an upper bound, so output needs one',
  },
  {
    field: 'foreign_state',
    when: "a thought signature is another family's, wrapped by us for the way through the caller",
    why: 'only its maker can read it: the member goes, or the whole part when that is a thought alone; on a function call that a model will not take unsigned it becomes the placeholder that Google documents',
  },
] as const;

/** Applies the table: cuts out the old spans and puts the new texts in, in one copy. */
export function spliceRequest(body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk): SplicedRequest {
  const edits: Edit[] = [];
  const splices: string[] = [];
  if (facts.outputLimit === undefined || facts.outputLimit > ask.outputLimit) {
    edits.push(limitEdit(body, facts, String(ask.outputLimit)));
    splices.push('max_output_tokens');
  }
  const contents = facts.spans.get('contents');
  if (contents && hasSealedState(body)) {
    const found = editsOfForeignState(body, contents, ask.model);
    edits.push(...found);
    if (found.length > 0) splices.push('foreign_state');
  }
  return new EditedBody(body, edits, splices);
}

function limitEdit(body: Uint8Array, { spans }: RequestFacts, limit: string): Edit {
  const value = spans.get('maxOutputTokens');
  if (value) return { ...value, text: limit };
  const member = `"maxOutputTokens":${limit}`;
  const configEmpty = spans.get('generationConfig.empty');
  if (configEmpty) return { ...configEmpty, text: member };
  const configOpen = spans.get('generationConfig.open');
  if (configOpen) return { ...configOpen, text: `${member},` };
  const config = spans.get('generationConfig');
  if (config && body[config.start] === 0x6e) return { ...config, text: `{${member}}` };
  const open = spans.get('open') ?? { start: 1, end: 1 };
  return { ...open, text: `"generationConfig":{${member}},` };
}
