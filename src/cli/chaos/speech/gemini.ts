import { decode, readEvents } from './events.ts';
import type { Speech } from './speech.ts';
import { type Json, nothingTold, parse, type Told } from './told.ts';

export const gemini: Speech = {
  name: 'gemini',
  readWhole(body) {
    const reply = parse(body.toString().replace(/^\ufeff/, ''));
    return reply ? readChunks([reply], []) : { ...nothingTold, broken: ['a body that is no JSON'] };
  },
  readStream(body) {
    const { events, comments, broken } = readEvents(body);
    const chunks = events.map(({ data }) => parse(data));
    const parsed = chunks.filter((chunk) => chunk !== undefined);
    const more = parsed.length < chunks.length ? ['data that is no JSON'] : [];
    return { ...readChunks(parsed, [...broken, ...more]), comments };
  },
  readError(body) {
    const error = parse(body.toString())?.error;
    const isWhole =
      typeof error?.message === 'string' && typeof error?.code === 'number' && Array.isArray(error?.details);
    return { word: error?.status, odd: isWhole ? [] : ['no error of this dialect'] };
  },
};

/** The same as one JSON list, which must be one whatever happened. */
export const geminiList: Speech = {
  ...gemini,
  readStream(body) {
    const broken: string[] = [];
    const text = decode(body, broken);
    const list = parse(text);
    if (!Array.isArray(list)) return { ...nothingTold, broken: ['no JSON list'] };
    // White space before the list is what it says nothing with.
    const beats = /^\s*/.exec(text)?.[0].length ?? 0;
    return { ...readChunks(list, broken), comments: beats };
  },
};

function readChunks(chunks: readonly Json[], broken: readonly string[]): Told {
  const problems = [...broken];
  const odd: string[] = [];
  let told: Told = nothingTold;
  for (const [index, chunk] of chunks.entries()) {
    if (chunk.error) {
      if (index < chunks.length - 1) problems.push('something follows the error');
      told = { ...told, error: chunk.error.status ?? 'unknown' };
      continue;
    }
    told = readChunk(told, chunk, odd);
  }
  if (told.error === undefined && told.finish === undefined) problems.push('neither a finish nor an error');
  if (told.error !== undefined && told.finish !== undefined) problems.push('a finish and an error');
  return { ...told, broken: problems, odd };
}

function readChunk(told: Told, chunk: Json, odd: string[]): Told {
  const [candidate] = chunk.candidates ?? [];
  if (!candidate && !chunk.usageMetadata && !chunk.promptFeedback) odd.push('a chunk that says nothing');
  const parts: readonly Json[] = candidate?.content?.parts ?? [];
  const text = parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join('');
  if (told.finish !== undefined && text !== '') odd.push('words after the finish');
  if (told.finish !== undefined && candidate?.finishReason) odd.push('a second finish');
  const counts = chunk.usageMetadata;
  const isCounted = typeof counts?.promptTokenCount === 'number';
  const output = (counts?.candidatesTokenCount ?? 0) + (counts?.thoughtsTokenCount ?? 0);
  const block = chunk.promptFeedback?.blockReason && 'SAFETY';
  return {
    ...told,
    text: told.text + text,
    calls:
      told.calls +
      parts.map((part) => (part.functionCall ? JSON.stringify(part.functionCall.args ?? {}) : '')).join(''),
    finish: told.finish ?? candidate?.finishReason ?? block ?? undefined,
    usage: isCounted ? { input: counts.promptTokenCount, output } : told.usage,
  };
}
