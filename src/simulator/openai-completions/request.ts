import { isRecord, type JsonRecord } from '../json-value.ts';
import { invalidRequest } from '../openai-chat/errors.ts';
import { parseJson } from '../parse-json.ts';
import type { Prompt } from '../prompt.ts';
import type { Refusal } from '../trouble.ts';
import { readInputs, wordlessPrompt } from '../whole-dialect.ts';

/** Each message is a prompt of its own. */
export type CompletionsPrompt = Prompt;

const choicesMax = 128;
/** OpenAI's own, for who names no limit. */
const tokensDefault = 16;

/** Reads a body as OpenAI would; `echo`, `suffix` and `best_of` change nothing here. */
export function readRequest(bytes: Buffer): CompletionsPrompt | Refusal {
  const asked = parseJson(bytes.toString('utf8'));
  if (!isRecord(asked)) return invalidRequest('We could not parse the JSON body of your request.');
  const { model, prompt, stream, stream_options: options } = asked;
  if (typeof model !== 'string' || model === '') return invalidRequest('you must provide a model parameter');
  const messages = readInputs(prompt);
  if (messages === undefined) return invalidRequest("'prompt' is neither a text nor a list of texts.", 'prompt');
  const tokensMax = readCount(asked, 'max_tokens', tokensDefault);
  if (tokensMax === undefined) return invalidRequest("'max_tokens' is not a whole number.", 'max_tokens');
  const choices = readCount(asked, 'n', 1);
  if (choices === undefined || choices < 1 || choices > choicesMax) {
    return invalidRequest(`'n' is not a number from 1 to ${choicesMax}.`, 'n');
  }
  if (isRecord(options) && stream !== true) {
    return invalidRequest("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
  }
  return {
    ...wordlessPrompt(model, messages),
    stream: stream === true,
    includeUsage: isRecord(options) && options.include_usage === true,
    tokensMax,
    stop: [asked.stop].flat().filter((stop): stop is string => typeof stop === 'string' && stop !== ''),
    choices,
  };
}

function readCount(asked: JsonRecord, field: string, whenAbsent: number): number | undefined {
  const value = asked[field] ?? whenAbsent;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

/** Prompts of one request are answered each for itself, in their order. */
export function splitPrompts(prompt: CompletionsPrompt): readonly CompletionsPrompt[] {
  return prompt.messages.map((message) => ({ ...prompt, messages: [message] }));
}
