import type { Difference } from '../compare/difference.ts';
import { at, count, said } from '../oracle/plain.ts';
import { readPayloads } from '../oracle/read-sse.ts';
import type { Dialect } from '../oracle/summary.ts';

/** What a schema cannot say: the sums of our own usage are sums. Of the dialect's events and of its whole replies. */
export function checkTotals(dialect: Dialect, body: unknown): Difference | undefined {
  const usage =
    at(body, 'usage') ?? at(body, 'response', 'usage') ?? at(body, 'message', 'usage') ?? at(body, 'usageMetadata');
  if (!said(usage)) return undefined;
  const number = (...path: readonly string[]): number => count(at(usage, ...path));
  switch (dialect) {
    case 'openai-chat':
      return sum(number('total_tokens'), number('prompt_tokens') + number('completion_tokens'));
    case 'openai-responses':
      return sum(number('total_tokens'), number('input_tokens') + number('output_tokens'));
    case 'gemini-generate': {
      const parts = ['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'toolUsePromptTokenCount'];
      return sum(
        number('totalTokenCount'),
        parts.reduce((total, name) => total + number(name), 0),
      );
    }
    case 'anthropic-messages': {
      if (!said(at(usage, 'cache_creation'))) return undefined;
      const fiveMinutes = number('cache_creation', 'ephemeral_5m_input_tokens');
      return sum(
        number('cache_creation_input_tokens'),
        fiveMinutes + number('cache_creation', 'ephemeral_1h_input_tokens'),
      );
    }
  }
}

export function checkStreamTotals(dialect: Dialect, stream: string): Difference | undefined {
  for (const payload of readPayloads(stream)) {
    const wrong = payload === '[DONE]' ? undefined : checkTotals(dialect, JSON.parse(payload));
    if (wrong) return wrong;
  }
  return undefined;
}

function sum(told: number, counted: number): Difference | undefined {
  return told === counted ? undefined : { path: 'usage.total', detail: `${told} is told, ${counted} is the sum` };
}
