import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import { type MeasuredInput, measureInput } from '../native-surface/measure-input.ts';
import { malformed, RequestBody } from '../native-surface/request-body.ts';
import type { RequestFacts } from '../protocol.ts';

const spliced = ['model', 'stream_options', 'max_tokens', 'user', 'safety_identifier'] as const;
const wanted: ReadonlySet<string> = new Set([...spliced, 'prompt', 'stream', 'n', 'best_of']);
const streamOption: ReadonlySet<string> = new Set(['include_usage']);
/** As at OpenAI. */
const promptsMax = 2_048;
const outputLimitMax = 10_000_000;
const choicesMax = 128;
const noPrompt: MeasuredInput = { isOpen: false, bytes: 0, tokensMax: 0, tokensLikely: 0, items: 1 };

/** `limitDefault`: what who names no limit gets; undefined: as much as the endpoint gives. */
export function readRequest(bytes: Uint8Array, limitDefault: number | undefined): RequestFacts {
  const body = new RequestBody(bytes, wanted);
  const model = body.text('model');
  if (model === undefined) throw malformed('"model" is missing');
  if (!body.has('prompt')) throw malformed('"prompt" is missing');
  const prompt = body.field('prompt');
  if (prompt && prompt.kind !== 'string' && prompt.kind !== 'array') {
    throw malformed('"prompt" is neither a text nor a list');
  }
  const input = prompt ? measureInput(bytes, prompt) : noPrompt;
  if (input.items > promptsMax) throw malformed(`"prompt" has more than ${promptsMax} entries`);
  const limit = body.count('max_tokens', 0) ?? limitDefault;
  return {
    model,
    stream: body.flag('stream') ?? false,
    outputLimit: limit === undefined ? undefined : Math.min(limit, outputLimitMax),
    // Each prompt of a list gets answers of its own.
    choices: answersOf(body) * Math.max(1, input.items),
    wantsUsage: body.inside('stream_options', streamOption)?.get('include_usage')?.kind === 'true',
    store: undefined,
    nativeOnly: 'surface',
    hasTools: false,
    inputIsOpen: input.isOpen,
    mediaBytes: input.bytes,
    mediaTokensMax: input.tokensMax,
    mediaTokensLikely: input.tokensLikely,
    spans: spansOf(body),
  };
}

function answersOf(body: RequestBody): number {
  const answers = body.count('n', 1) ?? 1;
  // Sent upstream as written, so a hold for fewer would be none.
  if (answers > choicesMax) throw malformed(`"n" is above ${choicesMax}`);
  // Answers that are made, billed and not shown cannot be told from a bill that lies.
  if ((body.count('best_of', 0) ?? 0) > answers) throw new Fault('field-not-carried', { field: 'best_of' });
  return answers;
}

function spansOf(body: RequestBody): RequestFacts['spans'] {
  const spans = body.spansOf(spliced);
  const options = body.field('stream_options');
  const flag = body.inside('stream_options', streamOption)?.get('include_usage');
  if (flag) spans.set('stream_options.include_usage', { start: flag.start, end: flag.end });
  if (options && !Buffer.from(body.bytes.subarray(options.start, options.end)).includes('"')) {
    spans.set('stream_options.empty', { start: options.start, end: options.end });
  }
  return spans;
}
