// What a caller of `openai-chat` may rely on, as types: the tests read answers through them.
export type Answer = {
  readonly id: string;
  readonly created: number;
  readonly system_fingerprint: string;
  readonly choices: Some<Choice>;
  readonly usage: Usage;
  readonly obfuscation?: string;
};

type Some<T> = readonly [T, ...T[]];

export type Choice = {
  readonly index: number;
  readonly message: Message;
  readonly delta: Partial<Message>;
  readonly finish_reason: string | null;
};

type Message = {
  readonly content: string;
  readonly reasoning_content: string;
  readonly reasoning_signature: string;
  readonly tool_calls: Some<ToolCall>;
};

type ToolCall = { readonly id: string; readonly function: { readonly name?: string; readonly arguments: string } };

type Usage = {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
  readonly completion_tokens_details: { readonly reasoning_tokens: number };
};

export type ErrorBody = {
  readonly error: { readonly code: string | null; readonly type: string; readonly message: string };
};
