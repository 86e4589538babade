import type { JsonObject } from '../json-value.ts';
import type { Bill } from '../reply-form.ts';

// ES2026; TypeScript's library does not know it yet. A decimal literal stays what it is: a float would round it.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** Usage as OpenRouter tells it: `cost` is what the account pays, to the last unit of the ledger. */
export function billedUsage(usage: JsonObject, bill: Bill): JsonObject {
  return {
    ...usage,
    cost: rawJSON(bill.cost),
    is_byok: false,
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_prompt_cost: rawJSON(bill.inputCost),
      upstream_inference_completions_cost: rawJSON(bill.outputCost),
    },
  };
}
