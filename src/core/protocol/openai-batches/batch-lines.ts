import { noUsage, type Usage } from '#core/generation/usage.ts';
import { fieldOf, numberOf, parseForeignObject, textOf } from '../json-value.ts';

/** What a line of a batch's file asks for: what it may use, and nothing of what it says. */
export type BatchLine = {
  /** As the upstream knows it. */
  readonly model: string;
  readonly bytes: number;
  /** Undefined: as much as the model gives. */
  readonly outputLimit: number | undefined;
  readonly choices: number;
};

/** What became of a line. */
export type BatchResult = {
  readonly model: string | undefined;
  readonly status: number;
  readonly usage: Usage | undefined;
};

const newline = 10;

/** The lines of a file, one after the other: whoever reads many of them lets others in between. */
export function* linesOf(file: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  while (start < file.length) {
    const found = file.indexOf(newline, start);
    const end = found < 0 ? file.length : found;
    const line = file.subarray(start, end);
    if (line.some((byte) => byte > 32)) yield line;
    start = end + 1;
  }
}

/** Undefined: it is no line of a batch. */
export function readBatchLine(line: Uint8Array): BatchLine | undefined {
  const body = fieldOf(parseForeignObject(line), 'body');
  const model = textOf(fieldOf(body, 'model'));
  if (model === undefined) return undefined;
  const limits = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'].map((name) => countOf(body, name));
  return {
    model,
    bytes: line.length,
    outputLimit: limits.find((limit) => limit !== undefined),
    choices: Math.max(1, countOf(body, 'n') ?? 1),
  };
}

export function readBatchResult(line: Uint8Array): BatchResult | undefined {
  const value = parseForeignObject(line);
  if (value === undefined) return undefined;
  const response = fieldOf(value, 'response');
  const body = fieldOf(response, 'body');
  const status = numberOf(fieldOf(response, 'status_code')) ?? 0;
  return { model: textOf(fieldOf(body, 'model')), status, usage: readUsage(fieldOf(body, 'usage')) };
}

/** As the chat, Responses and embeddings count; all of them hold what was cached inside the input. */
function readUsage(usage: unknown): Usage | undefined {
  const total = countOf(usage, 'prompt_tokens') ?? countOf(usage, 'input_tokens');
  if (total === undefined) return undefined;
  const output = countOf(usage, 'completion_tokens') ?? countOf(usage, 'output_tokens') ?? 0;
  const detail = (side: string, name: string) => countOf(fieldOf(usage, `${side}_tokens_details`), name) ?? 0;
  const cachedInput = Math.min(total, detail('prompt', 'cached_tokens') || detail('input', 'cached_tokens'));
  const reasoning = Math.min(output, detail('completion', 'reasoning_tokens') || detail('output', 'reasoning_tokens'));
  return { ...noUsage, input: total - cachedInput, cachedInput, output, reasoning };
}

function countOf(value: unknown, name: string): number | undefined {
  const count = numberOf(fieldOf(value, name));
  return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}
