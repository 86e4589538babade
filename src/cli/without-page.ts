import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';

/** What came as base64 goes into a file where one is named, and is not printed. */
export function withoutPage(value: unknown, file: string | undefined): unknown {
  if (typeof value !== 'object' || value === null || !('pdf' in value) || typeof value.pdf !== 'string') return value;
  const { pdf, ...rest } = value;
  if (file !== undefined) writeFileSync(file, Buffer.from(pdf, 'base64'), { flag: 'wx', mode: 0o600 });
  return file === undefined ? rest : { ...rest, file };
}
