import type { Content } from './content.ts';
import type { DroppableField } from './dropped.ts';
import type { StateFamily } from './opaque-state.ts';
import type { AssistantPart, CacheMark, TextPart, ToolResult, UserPart } from './parts.ts';

/**
 * What a caller asks, in no dialect: the hub of every translation. All of a caller's words are `Content`; what stands
 * here as a string is a closed word. A field that is undefined was not said.
 */
export type GenerationRequest = {
  /** The public name that was asked for. */
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | undefined;
  readonly parallelToolCalls: boolean | undefined;
  readonly outputFormat: OutputFormat | undefined;
  readonly reasoning: ReasoningAsk | undefined;
  readonly sampling: Sampling;
  readonly outputTokensMax: number | undefined;
  /** How many answers: `n`, `candidateCount`. */
  readonly choices: number;
  readonly stop: readonly Content[];
  /** Cache as much of the request as may be. */
  readonly cache: CacheMark | undefined;
  readonly promptCacheKey: Content | undefined;
  /** The caller's end user; leaves only as a pseudonym. */
  readonly user: Content | undefined;
  /** A JSON object of short texts. */
  readonly metadata: Content | undefined;
  readonly serviceTier: ServiceTier | undefined;
  readonly verbosity: 'low' | 'medium' | 'high' | undefined;
  /** Undefined: text alone. */
  readonly outputMedia: readonly ('text' | 'image' | 'audio')[] | undefined;
  readonly logprobs: { readonly top: number } | undefined;
  /** What only one dialect can say: kept for it, a loss for all others. */
  readonly foreign: readonly ForeignField[];
  /** What the decoder itself had to leave out. */
  readonly dropped: readonly DroppableField[];
};

export type Message =
  | {
      readonly role: 'system' | 'developer';
      readonly parts: readonly TextPart[];
      readonly name?: Content | undefined;
    }
  | { readonly role: 'user'; readonly parts: readonly UserPart[]; readonly name?: Content | undefined }
  | { readonly role: 'assistant'; readonly parts: readonly AssistantPart[]; readonly name?: Content | undefined }
  /** The results of one turn's calls, in the order in which the caller gave them. */
  | { readonly role: 'tool'; readonly results: readonly ToolResult[] };

export type Tool =
  | {
      readonly kind: 'function';
      readonly name: Content;
      readonly description: Content | undefined;
      /** A JSON Schema; undefined: it takes nothing. */
      readonly parameters: Content | undefined;
      readonly strict: boolean | undefined;
      /** Its name is `<namespace>__<own name>`; this tells how to take it apart again. */
      readonly namespace?: { readonly name: Content; readonly tool: Content } | undefined;
      readonly cache?: CacheMark | undefined;
    }
  /** Takes free text. `format` is a JSON value: a grammar, or nothing. */
  | {
      readonly kind: 'custom';
      readonly name: Content;
      readonly description: Content | undefined;
      readonly format: Content | undefined;
      readonly cache?: CacheMark | undefined;
    }
  /** Run by the upstream: web search, code … `definition` is a JSON value in the family's own dialect. */
  | { readonly kind: 'hosted'; readonly family: StateFamily; readonly definition: Content };

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'tool'; readonly name: Content }
  | { readonly kind: 'allowed'; readonly mode: 'auto' | 'required'; readonly names: readonly Content[] };

export type OutputFormat =
  | { readonly kind: 'text' | 'json' }
  | {
      readonly kind: 'schema';
      readonly name: Content | undefined;
      readonly description: Content | undefined;
      readonly schema: Content;
      readonly strict: boolean | undefined;
    };

export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

export type ReasoningEffort = (typeof reasoningEfforts)[number];

/** How much the model shall think, and how much of it it shall show. */
export type ReasoningAsk = {
  readonly effort: ReasoningEffort | undefined;
  /** Tokens; `dynamic`: as many as the model likes; 0: none. */
  readonly budget: number | 'dynamic' | undefined;
  /** False: thinking is there, but not in the reply. */
  readonly isShown: boolean | undefined;
  readonly summary: 'auto' | 'concise' | 'detailed' | undefined;
};

export type Sampling = {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly minP?: number | undefined;
  readonly topA?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly repetitionPenalty?: number | undefined;
  readonly seed?: number | undefined;
  /** A JSON object: token → bias. */
  readonly logitBias?: Content | undefined;
};

export type ServiceTier = 'auto' | 'default' | 'flex' | 'priority' | 'scale' | 'fast' | 'standard_only';

export type ForeignField = {
  readonly family: StateFamily;
  /** The word for what is lost when it cannot go along. */
  readonly loss: DroppableField;
  /** The field's name in its own dialect, one of the decoder's closed table. */
  readonly field: string;
  readonly value: Content;
};
