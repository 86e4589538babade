import { appendFileSync, closeSync, openSync } from 'node:fs';
import type { ServedLine } from './served-line.ts';

export type ServedLog = { write(line: ServedLine, mark?: string): void; close(): void };

export function openServedLog(
  file: string | undefined,
  onServed: ((line: ServedLine, mark?: string) => void) | undefined,
): ServedLog {
  const descriptor = file === undefined ? undefined : openSync(file, 'a');
  return {
    write(line, mark) {
      // Written at once and without a buffer: a test kills processes and reads this file afterwards.
      if (descriptor !== undefined) appendFileSync(descriptor, `${JSON.stringify(line)}\n`);
      onServed?.(line, mark);
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}
