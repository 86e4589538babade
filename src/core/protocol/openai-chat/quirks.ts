import type { ReasoningEffort } from '#core/generation/request.ts';

/** What a provider may take beyond messages, functions, temperature, top_p and stop. */
export type Feature =
  // Members of the request, by their names.
  | 'n'
  | 'seed'
  | 'logprobs'
  | 'logit_bias'
  | 'frequency_penalty'
  | 'presence_penalty'
  | 'top_k'
  | 'min_p'
  | 'top_a'
  | 'repetition_penalty'
  | 'parallel_tool_calls'
  | 'user'
  | 'metadata'
  | 'service_tier'
  | 'verbosity'
  | 'prompt_cache_key'
  | 'modalities'
  /** A picture as the answer; `modalities` alone is speech. */
  | 'image_output'
  /** prediction, audio, web_search_options, prompt_cache_retention … */
  | 'openai_fields'
  // Forms inside of messages and tools.
  | 'json_schema'
  | 'strict'
  | 'custom_tools'
  | 'allowed_tools'
  | 'cache_control'
  | 'annotations'
  | 'message_name'
  | 'refusal'
  /** Several texts in one content stay apart. */
  | 'text_parts'
  | 'image'
  | 'assistant_images'
  | 'audio'
  | 'video'
  | 'file'
  | 'file_url'
  /** Files and audio that OpenAI keeps under an id. */
  | 'stored_files'
  /** Goes on from an assistant's last words. */
  | 'prefill';

export type Quirks = {
  readonly limitField: 'max_tokens' | 'max_completion_tokens';
  /** Else `developer` becomes `system`. */
  readonly hasDeveloper: boolean;
  /** `first`: a chat template that wants one system message at the front, and none later. */
  readonly system: 'anywhere' | 'first';
  /** Where the reasoning of earlier turns goes. Only `reasoning_details` carries its proof. */
  readonly history: 'none' | 'reasoning_content' | 'reasoning' | 'reasoning_details';
  /** Gemini's signatures of calls go along as `extra_content`. */
  readonly signsCalls: boolean;
  readonly effortField: 'reasoning_effort' | 'reasoning' | 'thinking' | 'none';
  /** The words that it knows, from least to most. */
  readonly efforts: readonly ReasoningEffort[];
  /** `nine`: nine letters and digits, no other id. */
  readonly callId: 'up-to-40' | 'nine';
  readonly seedField: 'seed' | 'random_seed';
  /** Its default may be to store, so that it must be told not to. */
  readonly mustSayStore: boolean;
  readonly takes: ReadonlySet<Feature>;
};

function features(...lists: readonly string[]): ReadonlySet<Feature> {
  // Only words of the union stand in the table below; tests/protocols/openai-chat/encode-request.test.ts holds that.
  return new Set(lists.flatMap((list) => list.split(' ')) as Feature[]);
}

const threeEfforts = ['low', 'medium', 'high'] as const;
const allEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
const penalties = 'frequency_penalty presence_penalty';

/** Somebody compatible of whom we know nothing: what the dialect's commonest members are. */
const unknown: Quirks = {
  limitField: 'max_tokens',
  hasDeveloper: false,
  system: 'anywhere',
  history: 'none',
  signsCalls: false,
  effortField: 'reasoning_effort',
  efforts: threeEfforts,
  callId: 'up-to-40',
  seedField: 'seed',
  mustSayStore: false,
  takes: features(
    'n seed logprobs logit_bias parallel_tool_calls user json_schema strict message_name image audio file',
    penalties,
  ),
};

const openai: Quirks = {
  ...unknown,
  // Reasoning models refuse the older name and take no history of reasoning in this dialect:
  // https://platform.openai.com/docs/api-reference/chat/create, https://platform.openai.com/docs/guides/reasoning
  limitField: 'max_completion_tokens',
  hasDeveloper: true,
  efforts: allEfforts,
  mustSayStore: true,
  takes: features(
    'n seed logprobs logit_bias parallel_tool_calls user service_tier verbosity prompt_cache_key modalities metadata',
    'openai_fields json_schema strict custom_tools allowed_tools annotations message_name refusal text_parts image audio',
    'file stored_files',
    penalties,
  ),
};

/** By the name of the provider as the configuration knows it. A fact without a note is the dialect's own default. */
const table: Readonly<Record<string, Quirks>> = {
  openai,
  azure: {
    ...openai,
    // https://learn.microsoft.com/azure/ai-foundry/openai/reference-preview-latest: no service tiers of OpenAI's kind.
    mustSayStore: false,
    takes: features(
      'n seed logprobs logit_bias parallel_tool_calls user verbosity prompt_cache_key modalities openai_fields json_schema',
      'strict custom_tools annotations message_name refusal text_parts image audio file stored_files',
      penalties,
    ),
  },
  openrouter: {
    ...unknown,
    // https://openrouter.ai/docs/api-reference/parameters, …/use-cases/reasoning-tokens, …/features/prompt-caching
    hasDeveloper: true,
    history: 'reasoning_details',
    effortField: 'reasoning',
    efforts: allEfforts,
    takes: features(
      'seed logprobs logit_bias top_k min_p top_a repetition_penalty parallel_tool_calls user verbosity modalities',
      'image_output',
      'json_schema strict cache_control annotations message_name text_parts image assistant_images audio video file',
      'file_url prefill openai_fields',
      penalties,
    ),
  },
  google: {
    ...unknown,
    // https://ai.google.dev/gemini-api/docs/openai: fields that it does not know are refused.
    signsCalls: true,
    efforts: ['none', 'minimal', 'low', 'medium', 'high'],
    takes: features('n json_schema text_parts image audio image_output'),
  },
  groq: {
    ...unknown,
    // https://console.groq.com/docs/openai: no logprobs, logit_bias, names of messages, and n is 1;
    // https://console.groq.com/docs/reasoning: the history's reasoning stands in `reasoning`.
    limitField: 'max_completion_tokens',
    history: 'reasoning',
    takes: features('seed parallel_tool_calls user json_schema strict image'),
  },
  mistral: {
    ...unknown,
    // https://docs.mistral.ai/api/#tag/chat; a tool call id of another form is refused:
    // https://github.com/mistralai/mistral-common, src/mistral_common/protocol/instruct/validator.py
    effortField: 'none',
    callId: 'nine',
    seedField: 'random_seed',
    takes: features('n seed parallel_tool_calls json_schema strict text_parts image', penalties),
  },
  deepseek: {
    ...unknown,
    // https://api-docs.deepseek.com/guides/thinking_mode: a turn of tool calls wants its reasoning back;
    // https://api-docs.deepseek.com/guides/json_mode: no schemas.
    history: 'reasoning_content',
    effortField: 'thinking',
    takes: features('logprobs', penalties),
  },
  xai: {
    ...unknown,
    // https://docs.x.ai/docs/api-reference#chat-completions; logit_bias "is unsupported".
    limitField: 'max_completion_tokens',
    history: 'reasoning_content',
    takes: features('n seed logprobs parallel_tool_calls user json_schema image', penalties),
  },
  together: {
    ...unknown,
    // https://docs.together.ai/reference/chat-completions-1; its logprobs is a number.
    takes: features('n seed logit_bias top_k min_p repetition_penalty json_schema image video', penalties),
  },
  fireworks: {
    ...unknown,
    // https://docs.fireworks.ai/api-reference/post-chatcompletions, …/guides/reasoning
    system: 'first',
    history: 'reasoning_content',
    takes: features(
      'n logprobs logit_bias top_k min_p repetition_penalty parallel_tool_calls user json_schema image',
      penalties,
    ),
  },
  vllm: {
    ...unknown,
    // https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html, …/features/reasoning_outputs.html; many
    // templates refuse a late system message.
    system: 'first',
    history: 'reasoning',
    takes: features(
      'n seed logprobs logit_bias top_k min_p repetition_penalty parallel_tool_calls user json_schema message_name image',
      'audio video',
      penalties,
    ),
  },
  ollama: {
    ...unknown,
    // https://docs.ollama.com/api/openai-compatibility
    history: 'reasoning',
    efforts: ['none', ...threeEfforts],
    takes: features('seed json_schema image', penalties),
  },
  'llama.cpp': {
    ...unknown,
    // https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
    system: 'first',
    history: 'reasoning_content',
    effortField: 'none',
    takes: features('seed logprobs logit_bias top_k min_p parallel_tool_calls json_schema image audio', penalties),
  },
};

export function quirksOf(provider: string): Quirks {
  return (Object.hasOwn(table, provider) ? table[provider] : undefined) ?? unknown;
}

export const knownProviders: readonly string[] = Object.keys(table);
