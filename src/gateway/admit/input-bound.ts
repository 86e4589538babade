import type { RequestFacts } from '#core/protocol/protocol.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { InputRange } from '#core/routing/provider-rules.ts';

/** Tokens that chat templates put around each message and tool, beyond what its JSON already has of bytes. */
const overheadTokens = 64;
/** What a provider's own words about tools add to a prompt: Anthropic's are some 350 tokens, others' fewer. */
const toolPromptTokens = 1_024;

/**
 * No tokenizer gives more tokens than this for the request's input (MONEY §4): a byte-level tokenizer never gives more
 * tokens than bytes, media have their own formula, and what the bytes do not show is bounded by the context window.
 */
export function inputBoundOf(bodyBytes: number, facts: RequestFacts, endpoint: Endpoint): number {
  const text = bodyBytes - facts.mediaBytes + overheadTokens + (facts.hasTools ? toolPromptTokens : 0);
  if (facts.inputIsOpen) return Math.max(endpoint.context * (1 + (facts.hostedRounds ?? 0)), text);
  return text + facts.mediaTokensMax;
}

/**
 * The densest text that people write has some eight bytes in a token; twice that leaves room for JSON's own spaces, and for
 * sealed reasoning that an upstream leaves out.
 */
const bytesPerTokenMax = 16;

/**
 * What a model will count as input: certainly no less, and no more. What the bytes do not show has no end, and a batch of
 * inputs, each of which has the context to itself, has no beginning.
 */
export function inputRangeOf(bodyBytes: number, facts: RequestFacts, isOneInput: boolean): InputRange {
  const text = bodyBytes - facts.mediaBytes;
  const most = text + overheadTokens + (facts.hasTools ? toolPromptTokens : 0) + facts.mediaTokensMax;
  return {
    least: isOneInput ? Math.floor(text / bytesPerTokenMax) : 0,
    most: facts.inputIsOpen ? Number.POSITIVE_INFINITY : most,
  };
}

/** Our best guess of the input: four bytes of text make about a token. */
export function inputEstimateOf(bodyBytes: number, facts: RequestFacts): number {
  return Math.ceil((bodyBytes - facts.mediaBytes) / 4) + facts.mediaTokensLikely;
}
