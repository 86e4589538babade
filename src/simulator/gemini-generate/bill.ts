import type { Bill } from '../usage.ts';

/** What was said when an event goes out: Google counts as it speaks. */
export type Said = { readonly candidates: number; readonly thoughts: number };

/** Google's input includes what was cached, its candidates leave out the thoughts; what is 0 is not there. */
export function writeBill(bill: Bill): string {
  const { input, output, total, details } = bill;
  const thoughts = details?.reasoning ?? 0;
  const candidates = details === undefined ? output : String(Number(output) - thoughts);
  return writeFields(bill, { input, candidates, thoughts: String(thoughts), total });
}

/** The usage of an event before the last. */
export function writeBillSoFar(bill: Bill, { candidates, thoughts }: Said): string {
  const { input } = bill;
  // A false input is false from the beginning.
  const total = bill.details === undefined ? input : String(Number(input) + candidates + thoughts);
  return writeFields(bill, { input, candidates: String(candidates), thoughts: String(thoughts), total });
}

type Counts = Readonly<Record<'input' | 'candidates' | 'thoughts' | 'total', string>>;

function writeFields({ details }: Bill, { input, candidates, thoughts, total }: Counts): string {
  const cached = details?.cached ?? 0;
  const fields = [
    `"promptTokenCount":${input}`,
    candidates === '0' ? '' : `"candidatesTokenCount":${candidates}`,
    `"totalTokenCount":${total}`,
    cached === 0 ? '' : `"cachedContentTokenCount":${cached}`,
    `"promptTokensDetails":[{"modality":"TEXT","tokenCount":${input}}]`,
    cached === 0 ? '' : `"cacheTokensDetails":[{"modality":"TEXT","tokenCount":${cached}}]`,
    thoughts === '0' ? '' : `"thoughtsTokenCount":${thoughts}`,
  ];
  return `{${fields.filter((field) => field !== '').join(',')}}`;
}
