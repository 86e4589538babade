export type Message = {
  readonly role: string;
  readonly text: string;
  readonly tokens: number;
};

export type Tool = { readonly name: string; readonly parameters: unknown };

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'named'; readonly name: string };

export type AnswerFormat = { readonly kind: 'text' | 'object' } | { readonly kind: 'schema'; readonly schema: unknown };

/** What a caller asked, whatever the dialect. */
export type Prompt = {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly tokensMax: number | undefined;
  readonly stop: readonly string[];
  readonly choices: number;
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice;
  /** Whether one answer may call several tools. */
  readonly parallelCalls: boolean;
  readonly format: AnswerFormat;
  readonly reasons: boolean;
  /** Whether what was read may be kept: only Anthropic wants to be asked. */
  readonly caches: boolean;
};

export function sumTokens(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + message.tokens, 0);
}
