import type { Bill } from '../usage.ts';

// Bedrock's input leaves out what was read from the cache or written to it; its total has it all.
function writeBill({ input, output, total, details }: Bill): string {
  const cached = details?.cached ?? 0;
  const written = details?.written ?? 0;
  const fresh = details === undefined ? input : String(Number(input) - cached - written);
  const cache = `"cacheReadInputTokens":${cached},"cacheWriteInputTokens":${written}`;
  return `{${cache},"inputTokens":${fresh},"outputTokens":${output},"serverToolUsage":{},"totalTokens":${total}}`;
}

/** As a field, once or as often as a fault wants it; empty when there is none. */
export function usageField(bill: Bill | undefined): string {
  return bill === undefined ? '' : `,"usage":${writeBill(bill)}`.repeat(bill.isTwice ? 2 : 1);
}
