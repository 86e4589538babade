// POST /v1/moderations.
import { answerCall, type Call } from '../answer-call.ts';
import { isRecord } from '../json-value.ts';
import { invalidRequest } from '../openai-chat/errors.ts';
import { parseJson } from '../parse-json.ts';
import type { Prompt } from '../prompt.ts';
import type { Refusal } from '../trouble.ts';
import type { Turn } from '../turn.ts';
import { readInput, wholeDialect, wordlessPrompt } from '../whole-dialect.ts';

const categories = [
  'hate',
  'hate/threatening',
  'harassment',
  'harassment/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/intent',
  'self-harm/instructions',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
] as const;

/** The one that the word "flagged" is found in. */
const found = 'harassment';

export const moderationsDialect = wholeDialect<Prompt>({
  protocol: 'openai-moderations',
  readRequest,
  writeAnswer,
});

export function answerModerations(call: Call): Promise<void> {
  return answerCall(moderationsDialect, call);
}

function readRequest(bytes: Buffer): Prompt | Refusal {
  const asked = parseJson(bytes.toString('utf8'));
  if (!isRecord(asked)) return invalidRequest('We could not parse the JSON body of your request.');
  const { input, model = 'omni-moderation-latest' } = asked;
  if (typeof model !== 'string') return invalidRequest("'model' is not a string.", 'model');
  const messages = readTexts(input);
  if (messages === undefined) return invalidRequest("'$.input' is invalid. Please check the API reference.", 'input');
  return wordlessPrompt(model, messages);
}

/** A text, several, or the parts of one thing to judge: its pictures are not looked at. */
function readTexts(input: unknown): Prompt['messages'] | undefined {
  const all: readonly unknown[] = Array.isArray(input) ? input : [input];
  if (all.length > 0 && all.every(isRecord)) {
    const text = all.map((part) => (typeof part.text === 'string' ? part.text : '')).join(' ');
    const whole = readInput(text.trim());
    return whole && [whole];
  }
  const messages = all.map((text) => (typeof text === 'string' ? readInput(text) : undefined));
  const known = messages.filter((message) => message !== undefined);
  return known.length === all.length && all.length > 0 ? known : undefined;
}

/** OpenAI tells no usage here. */
function writeAnswer({ letters, prompt, replies }: Turn): string {
  const results = (replies.length === 0 ? [] : prompt.messages).map(({ text }) => judge(text));
  return `${JSON.stringify({ id: `modr-${letters}`, model: prompt.model, results })}\n`;
}

function judge(text: string): object {
  const flagged = /\bflagged\b/i.test(text);
  const each = <Value>(value: (isFound: boolean) => Value) =>
    Object.fromEntries(categories.map((name) => [name, value(flagged && name === found)]));
  return {
    flagged,
    categories: each((isFound) => isFound),
    category_scores: each((isFound) => (isFound ? 0.98 : 0.0001)),
    category_applied_input_types: each(() => ['text']),
  };
}
