import type { Bill } from '../usage.ts';

// Streams begin with a small seed that says nothing (measured: 1 in every second one).
const outputSeed = '1';

/** The usage that opens a stream: the input is known, the output is not. */
export function writeOpeningBill(bill: Bill): string {
  return `{${writeInput(bill)},${writeCreation(bill)},"output_tokens":${outputSeed},${tier}}`;
}

/** The usage that ends a stream, cumulative. Some streams report nothing but the output there. */
export function writeClosingBill(bill: Bill): string {
  return bill.isElsewhere ? `{"output_tokens":${bill.output}}` : `{${writeInput(bill)},${writeOutput(bill)}}`;
}

export function writeWholeBill(bill: Bill): string {
  return `{${writeInput(bill)},${writeCreation(bill)},${writeOutput(bill)},${tier}}`;
}

const tier = '"service_tier":"standard","inference_geo":"not_available"';

// Anthropic's input leaves out what was read from the cache or written to it.
function writeInput({ input, details }: Bill): string {
  const cached = details?.cached ?? 0;
  const written = details?.written ?? 0;
  const fresh = details === undefined ? input : String(Number(input) - cached - written);
  return `"input_tokens":${fresh},"cache_creation_input_tokens":${written},"cache_read_input_tokens":${cached}`;
}

function writeCreation({ details }: Bill): string {
  const written = details?.written ?? 0;
  return `"cache_creation":{"ephemeral_5m_input_tokens":${written},"ephemeral_1h_input_tokens":0}`;
}

function writeOutput({ output, details }: Bill): string {
  const reasoning = details?.reasoning ?? 0;
  const more = reasoning === 0 ? '' : `,"output_tokens_details":{"thinking_tokens":${reasoning}}`;
  return `"output_tokens":${output}${more}`;
}
