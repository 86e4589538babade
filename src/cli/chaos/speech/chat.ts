import { readEvents } from './events.ts';
import type { Speech } from './speech.ts';
import { type Json, nothingTold, parse, type Told, usageOf } from './told.ts';

/** Chat Completions and the older completions differ in where the words stand. */
export const chat = speak('chat', 'chat.completion', (choice) => choice.delta ?? choice.message);
export const completions = speak('completions', 'text_completion', (choice) => ({ content: choice.text }));

type Saying = (choice: Json) => Json;

function speak(name: 'chat' | 'completions', object: string, saying: Saying): Speech {
  return {
    name,
    readWhole: (body) => readWhole(body, object, saying),
    readStream: (body) => readStream(body, name === 'chat' ? `${object}.chunk` : object, saying),
    readError: (body) => readOpenAiError(body),
  };
}

export function readOpenAiError(body: Buffer): { word: string | undefined; odd: readonly string[] } {
  const error = parse(body.toString())?.error;
  if (typeof error !== 'object' || error === null) return { word: undefined, odd: ['no error object'] };
  if (typeof error.message !== 'string' || error.message === '') return { word: undefined, odd: ['no message'] };
  if (typeof error.code === 'number') return { word: error.metadata?.error_type, odd: [] };
  const names = Object.keys(error).sort().join(' ');
  const odd = names === 'code message param type' && error.param === null ? [] : [`an error of ${names}`];
  return { word: error.code, odd };
}

function readWhole(body: Buffer, object: string, saying: Saying): Told {
  // HTTP clients take a byte order mark away.
  const reply = parse(body.toString().replace(/^\ufeff/, ''));
  if (!reply) return { ...nothingTold, broken: ['a body that is no JSON'] };
  const [choice] = reply.choices ?? [];
  const said = choice && saying(choice);
  const odd: string[] = [];
  if (reply.object !== object) odd.push(`object ${reply.object}`);
  if (choice?.index !== 0) odd.push('no first choice');
  return {
    ...nothingTold,
    text: said?.content ?? '',
    calls: callsOf(said),
    finish: choice?.finish_reason,
    error: wordOf(reply.error),
    usage: usageOf(reply.usage?.prompt_tokens, reply.usage?.completion_tokens),
    odd,
  };
}

function readStream(body: Buffer, object: string, saying: Saying): Told {
  const { events, comments, broken: torn } = readEvents(body);
  const broken = [...torn];
  const odd: string[] = [];
  let told: Told = { ...nothingTold, comments };
  let ids = 0;
  let lastId: unknown;
  const ends: number[] = [];
  for (const [index, { data }] of events.entries()) {
    if (data === '[DONE]') {
      ends.push(index);
      continue;
    }
    const chunk = parse(data);
    if (!chunk) {
      broken.push('data that is no JSON');
      continue;
    }
    if (chunk.error) {
      ends.push(index);
      told = { ...told, error: wordOf(chunk.error) ?? 'unknown' };
      continue;
    }
    if (chunk.object !== object || !Array.isArray(chunk.choices)) {
      odd.push(`a chunk that is ${chunk.object}`);
      continue;
    }
    if (chunk.id !== lastId) ids += 1;
    lastId = chunk.id;
    told = readChunk(told, chunk, saying, odd);
  }
  if (ends.length !== 1) broken.push(`${ends.length} ends`);
  else if (ends[0] !== events.length - 1) broken.push('something follows the end');
  if (told.error === undefined && told.finish === undefined) odd.push('a good end without a finish');
  if (ids > 1) odd.push(`${ids} ids`);
  return { ...told, broken, odd };
}

function readChunk(told: Told, chunk: Json, saying: Saying, odd: string[]): Told {
  const [choice] = chunk.choices;
  const usage = usageOf(chunk.usage?.prompt_tokens, chunk.usage?.completion_tokens);
  if (!choice) return usage ? { ...told, usage, usageApart: true } : told;
  const said = saying(choice);
  const word = said?.content ?? '';
  if (told.finish !== undefined && word !== '') odd.push('words after the finish');
  if (told.finish !== undefined && choice.finish_reason) odd.push('a second finish');
  return {
    ...told,
    text: told.text + word,
    calls: told.calls + callsOf(said),
    finish: told.finish ?? choice.finish_reason ?? undefined,
    usage: usage ?? told.usage,
  };
}

function callsOf(said: Json): string {
  return (said?.tool_calls ?? []).map((call: Json) => call.function?.arguments ?? '').join('');
}

/** OpenRouter's errors have a number for a code, and a word beside it. */
function wordOf(error: Json): string | undefined {
  return typeof error?.code === 'number' ? error.metadata?.error_type : error?.code;
}
