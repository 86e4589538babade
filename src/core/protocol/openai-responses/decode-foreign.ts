import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import type { ForeignField } from '#core/generation/request.ts';
import { fieldOf, type JsonObject, listOf } from '../json-value.ts';

type ForeignRow = {
  readonly field: string;
  readonly loss: DroppableField;
  readonly isDefault: (value: unknown) => boolean;
};

const never = () => false;

/** What only this API can say. A value that says what is so anyway is no loss. */
const foreignRows: readonly ForeignRow[] = [
  { field: 'truncation', loss: 'truncation', isDefault: (value) => value === 'disabled' },
  { field: 'max_tool_calls', loss: 'max_tool_calls', isDefault: never },
  { field: 'prompt_cache_retention', loss: 'prompt_cache_retention', isDefault: never },
  { field: 'prompt_cache_options', loss: 'prompt_cache_retention', isDefault: never },
  { field: 'context_management', loss: 'truncation', isDefault: (value) => listOf(value).length === 0 },
  { field: 'moderation', loss: 'safety_settings', isDefault: never },
  { field: 'access_programs', loss: 'safety_settings', isDefault: never },
  { field: 'image', loss: 'image_detail', isDefault: (value) => fieldOf(value, 'context_compression') === 'auto' },
];

/** Which foreign fields this dialect may put back where they stood. */
export const returnableFields: ReadonlySet<string> = new Set([...foreignRows.map(({ field }) => field), 'include']);

export const knownFields: ReadonlySet<string> = new Set([
  ...foreignRows.map(({ field }) => field),
  'model',
  'input',
  'instructions',
  'stream',
  // Padding against the reading of lengths: there is none in what we write.
  'stream_options',
  'max_output_tokens',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'temperature',
  'top_p',
  'top_logprobs',
  'include',
  'metadata',
  'prompt_cache_key',
  'safety_identifier',
  'user',
  'service_tier',
  'store',
  // Codex tells its own server about the session here; it asks nothing of the model.
  'client_metadata',
  'previous_response_id',
  'conversation',
  'background',
  'prompt',
]);

export function decodeForeign(request: JsonObject): readonly ForeignField[] {
  const found = foreignRows.flatMap(({ field, loss, isDefault }): readonly ForeignField[] => {
    const value = fieldOf(request, field);
    const isSaid = value !== undefined && value !== null && !isDefault(value);
    return isSaid ? [{ family: 'openai', loss, field, value: Content.ofJson(value) }] : [];
  });
  // These two are no losses: what they ask for comes anyway.
  const include = listOf(fieldOf(request, 'include')).filter(
    (name) => name !== 'reasoning.encrypted_content' && name !== 'message.output_text.logprobs',
  );
  if (include.length === 0) return found;
  return [...found, { family: 'openai', loss: 'include', field: 'include', value: Content.ofJson(include) }];
}
