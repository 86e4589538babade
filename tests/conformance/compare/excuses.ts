import type { DroppableField } from '#core/generation/dropped.ts';
import type { Item, RequestSummary } from '../oracle/summary.ts';

type Excuse = (summary: RequestSummary) => void;

/** What a loss that was named excuses: that much is left out of the comparison, and nothing else. */
const excuses: Partial<Record<DroppableField, Excuse>> = {
  audio_output: without('modalities', 'audio'),
  cache_control: (summary) => {
    summary.cacheMarks = 0;
  },
  citations: () => {},
  custom_tool_format: (summary) => {
    summary.tools = summary.tools.map((tool) => (tool.kind === 'custom' ? { ...tool, parameters: undefined } : tool));
  },
  document: withoutMedia('document'),
  frequency_penalty: without('frequencyPenalty'),
  hosted_tool: (summary) => {
    summary.hosted = [];
    withoutItems(summary, ({ kind }) => kind === 'foreign');
  },
  image_detail: withDetail,
  include: without('include'),
  input_audio: withoutMedia('audio'),
  input_image: withoutMedia('image'),
  input_video: withoutMedia('video'),
  logit_bias: without('logitBias'),
  logprobs: without('logprobs', 'topLogprobs'),
  max_tool_calls: without('maxToolCalls'),
  message_name: (summary) => {
    summary.names = [];
  },
  metadata: without('metadata'),
  min_p: without('minP'),
  modalities: without('modalities', 'audio'),
  n: without('choices'),
  parallel_tool_calls: (summary) => {
    summary.parallel = undefined;
  },
  presence_penalty: without('presencePenalty'),
  prompt_cache_key: without('promptCacheKey'),
  reasoning: (summary) => {
    summary.reasoning = undefined;
    withoutItems(summary, ({ kind }) => kind === 'reasoning');
  },
  reasoning_effort: (summary) => {
    summary.reasoning = undefined;
  },
  reasoning_state: (summary) => {
    summary.states = [];
  },
  reasoning_summary: (summary) => {
    if (summary.reasoning) summary.reasoning.summary = undefined;
    if (summary.reasoning) summary.reasoning.isShown = undefined;
  },
  refusal: (summary) => {
    summary.items = summary.items.map((item) =>
      item.kind === 'refusal' ? { kind: 'text', role: 'assistant', text: item.text } : item,
    );
  },
  repetition_penalty: without('repetitionPenalty'),
  response_format: (summary) => {
    summary.format = undefined;
  },
  seed: without('seed'),
  service_tier: without('serviceTier'),
  stop: without('stop'),
  strict: (summary) => {
    for (const tool of summary.tools) tool.strict = undefined;
    if (summary.format) summary.format.strict = undefined;
  },
  temperature: without('temperature'),
  tool_choice: (summary) => {
    summary.toolChoice = undefined;
  },
  tool_result_error: (summary) => {
    for (const item of summary.items) if (item.kind === 'result') item.isError = false;
  },
  top_a: without('topA'),
  top_k: without('topK'),
  top_p: without('topP'),
  truncation: without('truncation'),
  unknown_part: (summary) => withoutItems(summary, ({ kind }) => kind === 'foreign'),
  user: without('user'),
  verbosity: without('verbosity'),
  web_search_options: without('webSearch'),
};

export function excuse(summary: RequestSummary, dropped: Iterable<DroppableField>): void {
  for (const word of dropped) excuses[word]?.(summary);
}

function without(...names: readonly string[]): Excuse {
  return (summary) => {
    for (const name of names) delete summary.settings[name];
  };
}

function withoutMedia(medium: string): Excuse {
  return (summary) => withoutItems(summary, (item) => item.kind === 'media' && item.medium === medium);
}

function withDetail(summary: RequestSummary): void {
  summary.items = summary.items.map((item) => (item.kind === 'media' ? { ...item, detail: undefined } : item));
}

function withoutItems(summary: RequestSummary, isOut: (item: Item) => boolean): void {
  summary.items = summary.items.filter((item) => !isOut(item));
}

/** Whether the summaries can show what this word excuses. */
export function isExcusable(word: DroppableField): boolean {
  return excuses[word] !== undefined;
}
