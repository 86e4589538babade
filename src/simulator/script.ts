// What each model says, before any dialect puts it on the wire.

import { buildValue } from './json-value.ts';
import type { Model } from './model-name.ts';
import type { Prompt, Tool } from './prompt.ts';
import { outputMax } from './sandbox-models.ts';
import { plainText, storyText } from './story.ts';
import { repeatWords, splitWords } from './words.ts';

/** Enough for a fault after any number of events up to 50. */
const faultWords = 60;

export type Finish = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** Each string is one token. A call's name is a token too. */
export type Reply = {
  readonly reasoning: readonly string[];
  readonly text: readonly string[];
  readonly calls: readonly Call[];
  readonly finish: Finish | null;
  /** The stop word that ended it. */
  readonly stoppedBy?: string;
  readonly paceMs: number;
};

export type Call = { readonly name: string; readonly pieces: readonly string[] };

export function writeReply(model: Model, prompt: Prompt): Reply {
  const allowed = Math.min(prompt.tokensMax ?? outputMax, outputMax);
  return cutToLimit(cutAtStop(draftReply(model, prompt, allowed), prompt.stop), allowed);
}

export function countTokens(reply: Reply): number {
  const calls = reply.calls.reduce((sum, call) => sum + 1 + call.pieces.length, 0);
  return reply.reasoning.length + reply.text.length + calls;
}

/** A reply that only says these words. */
export function sayWords(text: readonly string[], finish: Finish | null = 'stop'): Reply {
  return { reasoning: [], text, calls: [], finish, paceMs: 0 };
}

function draftReply(model: Model, prompt: Prompt, allowed: number): Reply {
  // One more than allowed, so that the cut can tell a full answer from a longer one.
  const enough = allowed + 1;
  switch (model.kind) {
    case 'fill':
      return draftFill(model.words, allowed);
    case 'pace':
      return { ...sayWords(repeatWords(plainText, Math.min(model.words, enough))), paceMs: model.ms };
    case 'echo':
      return draftAnswer(prompt, () => splitWords(findQuestion(prompt), enough));
    case 'fault':
      return sayWords(splitWords(storyText, Math.min(faultWords, enough)));
    case 'story':
      return draftAnswer(prompt, () => splitWords(storyText, enough));
    case 'slow':
      return { ...draftAnswer(prompt, () => splitWords(storyText, enough)), paceMs: 1000 };
    case 'tool':
      return draftToolUse(prompt, enough);
    case 'think':
      return draftThought(
        prompt,
        enough,
        draftAnswer(prompt, () => splitWords(`You asked: ${findQuestion(prompt)}`, enough)),
      );
    case 'think-tool':
      return draftThought(prompt, enough, draftToolUse(prompt, enough));
  }
}

function draftFill(words: number | 'random', allowed: number): Reply {
  const wished = words === 'random' ? 1 + Math.floor(Math.random() * allowed) : words;
  const count = Math.min(wished, allowed);
  return sayWords(repeatWords(plainText, count), count === allowed ? 'length' : 'stop');
}

/** Any model obeys a forced tool and a JSON format; else it says what it is there to say. */
function draftAnswer(prompt: Prompt, say: () => readonly string[]): Reply {
  const forced = prompt.toolChoice.kind === 'required' || prompt.toolChoice.kind === 'named';
  const tools = forced && findToolResult(prompt) === undefined ? findTools(prompt) : [];
  if (tools.length > 0) return callTools(tools);
  if (prompt.format.kind === 'object') return sayJson({ text: findQuestion(prompt) });
  if (prompt.format.kind === 'schema') return sayJson(buildValue(prompt.format.schema));
  return sayWords(say());
}

function draftToolUse(prompt: Prompt, enough: number): Reply {
  const result = findToolResult(prompt);
  if (result !== undefined) return draftAnswer(prompt, () => splitWords(`The tool answered: ${result}`, enough));
  const tools = prompt.toolChoice.kind === 'none' ? [] : findTools(prompt);
  if (tools.length > 0) return callTools(tools);
  return draftAnswer(prompt, () => splitWords('There is no tool that I may call here.', enough));
}

function draftThought(prompt: Prompt, enough: number, answer: Reply): Reply {
  if (!prompt.reasons) return answer;
  const thought = 'The caller asks something and waits. I read it twice, weigh it, and say it back in plain words.';
  return { ...answer, reasoning: splitWords(thought, enough) };
}

function callTools(tools: readonly Tool[]): Reply {
  const calls = tools.map((tool) => {
    const text = JSON.stringify(buildValue(tool.parameters ?? {}));
    return { name: tool.name, pieces: text.match(/\w+|\W+/g) ?? [] };
  });
  return { ...sayWords([], 'tool_calls'), calls };
}

function sayJson(value: unknown): Reply {
  // A blank after each comma and colon, so that there are words to count; no text can hold a raw line break.
  const text = JSON.stringify(value, null, 1).replace(/\n */g, ' ');
  return sayWords(splitWords(text, Number.MAX_SAFE_INTEGER));
}

function cutAtStop(reply: Reply, stops: readonly string[]): Reply {
  if (stops.length === 0) return reply;
  const text = reply.text.join('');
  const found = stops.map((stop) => ({ stop, at: text.indexOf(stop) })).filter(({ at }) => at >= 0);
  const [first] = found.sort((a, b) => a.at - b.at);
  if (first === undefined) return reply;
  const kept = splitWords(text.slice(0, first.at), Number.MAX_SAFE_INTEGER);
  return { ...reply, text: kept, finish: 'stop', stoppedBy: first.stop };
}

function cutToLimit(reply: Reply, allowed: number): Reply {
  if (countTokens(reply) <= allowed) return reply;
  const reasoning = reply.reasoning.slice(0, allowed);
  const text = reply.text.slice(0, allowed - reasoning.length);
  const calls: Call[] = [];
  let room = allowed - reasoning.length - text.length;
  for (const call of reply.calls) {
    if (room < 1) break;
    calls.push({ ...call, pieces: call.pieces.slice(0, room - 1) });
    room -= 1 + call.pieces.length;
  }
  const { stoppedBy: _, ...cut } = { ...reply, reasoning, text, calls };
  return { ...cut, finish: 'length' };
}

function findQuestion(prompt: Prompt): string {
  return prompt.messages.findLast((message) => message.role === 'user')?.text ?? '';
}

/** What the tools said since the model called them, all of it. */
function findToolResult(prompt: Prompt): string | undefined {
  const after = prompt.messages.findLastIndex((message) => message.role !== 'tool') + 1;
  const results = prompt.messages.slice(after);
  return results.length === 0 ? undefined : results.map((result) => result.text).join(' ');
}

/** The chosen tool or the first; the first two for a caller that says "both". */
function findTools(prompt: Prompt): readonly Tool[] {
  const choice = prompt.toolChoice;
  if (choice.kind === 'named') return prompt.tools.filter((tool) => tool.name === choice.name).slice(0, 1);
  const wantsBoth = prompt.parallelCalls && /\bboth\b/i.test(findQuestion(prompt));
  return prompt.tools.slice(0, wantsBoth ? 2 : 1);
}
