import type { MarkupRule } from '#core/money/markup.ts';
import { parseDecimal } from '#core/money/nano.ts';
import { type ConfigSource, problemAt, textAt } from './config-source.ts';
import type { FileSettings } from './file-schema.ts';

type Written = NonNullable<FileSettings['markup']>;

const percentMax = 10_000_000n;

/** The file's markup rules, in millionths. Two that concern the same would contradict each other. */
export function toMarkup(written: Written, source: ConfigSource): readonly MarkupRule[] {
  const known = new Set<string>();
  return written.map(({ percent, ...whom }, index) => {
    const at = ['markup', index];
    // A number is read from its own characters: 12.5 is never a float.
    const digits = typeof percent === 'number' ? (textAt(source, [...at, 'percent']) ?? percent) : percent;
    const markup = parseDecimal(digits, 4);
    if (markup === undefined || markup > percentMax) {
      const says = 'must be a number of percent from 0 to 1000 with at most 4 decimal places, such as 12.5.';
      throw problemAt(source, [...at, 'percent'], says);
    }
    const concerns = JSON.stringify([whom.model, whom.seller, whom.workspace]);
    if (known.has(concerns)) throw problemAt(source, at, 'concerns what an earlier rule concerns: remove one.');
    known.add(concerns);
    return { ...whom, markup };
  });
}
