import type { JsonObject } from '../json-value.ts';
import type { Bill } from '../reply-form.ts';

// ES2026; TypeScript's library does not know it yet. A decimal literal stays what it is: a float would round it.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

type CostParts = { readonly input: string; readonly output: string };

const chatParts: CostParts = {
  input: 'upstream_inference_prompt_cost',
  output: 'upstream_inference_completions_cost',
};

/** The same in the words of the Responses API. */
export const responsesParts: CostParts = {
  input: 'upstream_inference_input_cost',
  output: 'upstream_inference_output_cost',
};

/** Usage as OpenRouter tells it: `cost` is what the account pays, to the last unit of the ledger. */
export function billedUsage(usage: JsonObject, bill: Bill, parts: CostParts = chatParts): JsonObject {
  return {
    ...usage,
    cost: rawJSON(bill.cost),
    is_byok: bill.upstreamCost !== undefined,
    cost_details: {
      upstream_inference_cost: bill.upstreamCost === undefined ? null : rawJSON(bill.upstreamCost),
      [parts.input]: rawJSON(bill.inputCost),
      [parts.output]: rawJSON(bill.outputCost),
    },
  };
}
