import {
  anyObject,
  anything,
  byType,
  count,
  either,
  flag,
  list,
  nullable,
  number,
  object,
  text,
  whole,
  word,
} from './shape.ts';

// What the Responses API says, by the Open Responses specification (https://www.openresponses.org), in our own words:
// which fields there are, which may be null, and which events there are.

const logprob = object({ token: text, logprob: number }, { bytes: list(whole), top_logprobs: list(anyObject) });
const annotation = byType({
  url_citation: object({ url: text, title: text, start_index: count, end_index: count }),
  file_citation: object({ file_id: text, index: count }),
});
const outputText = object({ text, annotations: list(annotation), logprobs: list(logprob) });
const answerPart = byType({ output_text: outputText, refusal: object({ refusal: text }) });
const summaryPart = byType({ summary_text: object({ text }) });
const reasoningPart = byType({ reasoning_text: object({ text }) });

const itemStatus = word('in_progress', 'completed', 'incomplete');
const call = { id: text, call_id: text, name: text, status: itemStatus };

const itemShape = byType({
  message: object({ id: text, status: itemStatus, role: word('assistant'), content: list(answerPart) }),
  function_call: object({ ...call, arguments: text }, { namespace: text }),
  custom_tool_call: object({ ...call, input: text }, { namespace: text }),
  reasoning: object(
    { id: text, summary: list(summaryPart) },
    { content: list(reasoningPart), encrypted_content: nullable(text), status: itemStatus },
  ),
});

const functionTool = object({
  name: text,
  description: nullable(text),
  parameters: nullable(anyObject),
  strict: nullable(flag),
});
const customTool = object({ name: text }, { description: nullable(text), format: anyObject });
const tool = byType({
  function: functionTool,
  custom: customTool,
  namespace: object({ name: text, description: text, tools: list(byType({ function: functionTool })) }),
  web_search: anyObject,
  image_generation: anyObject,
});
const toolChoice = either(
  word('none', 'auto', 'required'),
  byType({
    function: object({ name: text }),
    custom: object({ name: text }),
    allowed_tools: object({ mode: word('auto', 'required'), tools: list(anyObject) }),
  }),
);

const textFormat = byType({
  text: anyObject,
  json_object: anyObject,
  json_schema: object({ name: text, description: nullable(text), schema: anyObject, strict: flag }),
});

const usage = object({
  input_tokens: count,
  input_tokens_details: object({ cached_tokens: count }),
  output_tokens: count,
  output_tokens_details: object({ reasoning_tokens: count }),
  total_tokens: count,
});

const status = word('queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled');

export const responseShape = object({
  id: text,
  object: word('response'),
  created_at: whole,
  completed_at: nullable(whole),
  status,
  incomplete_details: nullable(object({ reason: word('max_output_tokens', 'content_filter') })),
  model: text,
  previous_response_id: nullable(text),
  instructions: nullable(text),
  output: list(itemShape),
  error: nullable(object({ code: text, message: text })),
  tools: list(tool),
  tool_choice: toolChoice,
  truncation: word('auto', 'disabled'),
  parallel_tool_calls: flag,
  text: object({ format: textFormat }, { verbosity: nullable(word('low', 'medium', 'high')) }),
  top_p: number,
  presence_penalty: number,
  frequency_penalty: number,
  top_logprobs: count,
  temperature: number,
  reasoning: nullable(object({ effort: nullable(text), summary: nullable(text) })),
  usage: nullable(usage),
  max_output_tokens: nullable(whole),
  max_tool_calls: nullable(whole),
  store: flag,
  background: flag,
  service_tier: text,
  metadata: anyObject,
  safety_identifier: nullable(text),
  prompt_cache_key: nullable(text),
});

export const errorShape = object({
  error: object({ message: text, type: text, param: nullable(text), code: nullable(text) }),
});

const standing = { sequence_number: count, response: responseShape };
const ofItem = { sequence_number: count, output_index: count };
const inItem = { ...ofItem, item_id: text };
const inPart = { ...inItem, content_index: count };
const inSummary = { ...inItem, summary_index: count };
const padding = { obfuscation: text };

/** The closed list of events: whatever else comes is wrong. */
export const eventShape = byType({
  'response.created': object(standing),
  'response.queued': object(standing),
  'response.in_progress': object(standing),
  'response.completed': object(standing),
  'response.incomplete': object(standing),
  'response.failed': object(standing),
  'response.output_item.added': object({ ...ofItem, item: itemShape }),
  'response.output_item.done': object({ ...ofItem, item: itemShape }),
  'response.content_part.added': object({ ...inPart, part: answerPart }),
  'response.content_part.done': object({ ...inPart, part: answerPart }),
  'response.output_text.delta': object({ ...inPart, delta: text, logprobs: list(logprob) }, padding),
  'response.output_text.done': object({ ...inPart, text, logprobs: list(logprob) }),
  'response.output_text.annotation.added': object({ ...inPart, annotation_index: count, annotation }),
  'response.refusal.delta': object({ ...inPart, delta: text }, padding),
  'response.refusal.done': object({ ...inPart, refusal: text }),
  'response.reasoning_summary_part.added': object({ ...inSummary, part: summaryPart }),
  'response.reasoning_summary_part.done': object({ ...inSummary, part: summaryPart }),
  'response.reasoning_summary_text.delta': object({ ...inSummary, delta: text }, padding),
  'response.reasoning_summary_text.done': object({ ...inSummary, text }),
  'response.reasoning_text.delta': object({ ...inPart, delta: text }, padding),
  'response.reasoning_text.done': object({ ...inPart, text }),
  'response.function_call_arguments.delta': object({ ...inItem, delta: text }, padding),
  'response.function_call_arguments.done': object({ ...inItem, arguments: text }, { name: text }),
  'response.custom_tool_call_input.delta': object({ ...inItem, delta: text }, padding),
  'response.custom_tool_call_input.done': object({ ...inItem, input: text }),
  error: object({ sequence_number: count, code: nullable(text), message: text, param: nullable(anything) }),
});
