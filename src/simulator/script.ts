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
  readonly call: Call | undefined;
  readonly finish: Finish | null;
  readonly paceMs: number;
};

export type Call = { readonly name: string; readonly pieces: readonly string[] };

export function writeReply(model: Model, prompt: Prompt): Reply {
  const allowed = Math.min(prompt.tokensMax ?? outputMax, outputMax);
  return cutToLimit(cutAtStop(draftReply(model, prompt, allowed), prompt.stop), allowed);
}

export function countTokens(reply: Reply): number {
  const call = reply.call === undefined ? 0 : 1 + reply.call.pieces.length;
  return reply.reasoning.length + reply.text.length + call;
}

/** A reply that only says these words. */
export function sayWords(text: readonly string[], finish: Finish | null = 'stop'): Reply {
  return { reasoning: [], text, call: undefined, finish, paceMs: 0 };
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
      return draftThought(prompt, enough);
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
  const tool = forced && findToolResult(prompt) === undefined ? findTool(prompt) : undefined;
  if (tool !== undefined) return callTool(tool, prompt);
  if (prompt.format.kind === 'object') return sayJson({ text: findQuestion(prompt) });
  if (prompt.format.kind === 'schema') return sayJson(buildValue(prompt.format.schema));
  return sayWords(say());
}

function draftToolUse(prompt: Prompt, enough: number): Reply {
  const result = findToolResult(prompt);
  if (result !== undefined) return draftAnswer(prompt, () => splitWords(`The tool answered: ${result}`, enough));
  const tool = prompt.toolChoice.kind === 'none' ? undefined : findTool(prompt);
  if (tool !== undefined) return callTool(tool, prompt);
  return draftAnswer(prompt, () => splitWords('There is no tool that I may call here.', enough));
}

function draftThought(prompt: Prompt, enough: number): Reply {
  const answer = draftAnswer(prompt, () => splitWords(`You asked: ${findQuestion(prompt)}`, enough));
  if (!prompt.reasons) return answer;
  const thought = 'The caller asks something and waits. I read it twice, weigh it, and say it back in plain words.';
  return { ...answer, reasoning: splitWords(thought, enough) };
}

function callTool(tool: Tool, prompt: Prompt): Reply {
  const text = JSON.stringify(buildValue(tool.parameters ?? {}));
  const pieces = text.match(/\w+|\W+/g) ?? [];
  // OpenAI ends a call that the caller forced by name with 'stop' (seen in recordings), others with 'tool_calls'.
  const finish = prompt.toolChoice.kind === 'named' ? 'stop' : 'tool_calls';
  return { ...sayWords([], finish), call: { name: tool.name, pieces } };
}

function sayJson(value: unknown): Reply {
  // A blank after each comma and colon, so that there are words to count; no text can hold a raw line break.
  const text = JSON.stringify(value, null, 1).replace(/\n */g, ' ');
  return sayWords(splitWords(text, Number.MAX_SAFE_INTEGER));
}

function cutAtStop(reply: Reply, stops: readonly string[]): Reply {
  if (stops.length === 0) return reply;
  const text = reply.text.join('');
  const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  if (found.length === 0) return reply;
  const kept = splitWords(text.slice(0, Math.min(...found)), Number.MAX_SAFE_INTEGER);
  return { ...reply, text: kept, finish: 'stop' };
}

function cutToLimit(reply: Reply, allowed: number): Reply {
  if (countTokens(reply) <= allowed) return reply;
  const reasoning = reply.reasoning.slice(0, allowed);
  const left = allowed - reasoning.length;
  const text = reply.text.slice(0, left);
  const room = left - text.length - 1;
  const call =
    reply.call === undefined || room < 0 ? undefined : { ...reply.call, pieces: reply.call.pieces.slice(0, room) };
  return { ...reply, reasoning, text, call, finish: 'length' };
}

function findQuestion(prompt: Prompt): string {
  return prompt.messages.findLast((message) => message.role === 'user')?.text ?? '';
}

function findToolResult(prompt: Prompt): string | undefined {
  const last = prompt.messages.at(-1);
  return last?.role === 'tool' ? last.text : undefined;
}

function findTool(prompt: Prompt): Tool | undefined {
  const choice = prompt.toolChoice;
  if (choice.kind === 'named') return prompt.tools.find((tool) => tool.name === choice.name);
  return prompt.tools[0];
}
