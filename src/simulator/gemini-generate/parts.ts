import { isRecord } from '../json-value.ts';
import { parseJson } from '../parse-json.ts';
import type { Reply } from '../script.ts';
import type { GeneratePrompt } from './request.ts';
import { signsThoughts, signThought } from './signatures.ts';

/** A part of an answer, and how many tokens it is: a thought that is not shown is paid with what follows it. */
export type Part = {
  readonly json: object;
  readonly candidates: number;
  readonly thoughts: number;
};

const empty: Part = { json: { text: '' }, candidates: 0, thoughts: 0 };

/** The parts word by word, as they are streamed. The last one goes out with the finish. */
export function writeParts(reply: Reply, prompt: GeneratePrompt): Part[] {
  const signs = signsThoughts(prompt.model);
  const thoughts = prompt.showsThought
    ? reply.reasoning.map((text) => ({ json: { text, thought: true }, candidates: 0, thoughts: 1 }))
    : [];
  const texts = reply.text.map((text) => ({ json: { text }, candidates: 1, thoughts: 0 }));
  const calls = writeCalls(reply, signs);
  // Only a short answer of a model that does not sign ends with its last word.
  const ending = calls.length > 0 ? [empty] : signs ? [{ ...empty, json: { text: '', ...signature() } }] : [];
  const parts = [...thoughts, ...texts, ...calls, ...ending];
  const [first = empty, ...others] = parts;
  const hidden = reply.reasoning.length - thoughts.length;
  return [{ ...first, thoughts: first.thoughts + hidden }, ...others];
}

/** The parts as one body has them: each kind in one piece. */
export function joinParts(reply: Reply, prompt: GeneratePrompt): object[] {
  const signs = signsThoughts(prompt.model);
  const thought = prompt.showsThought && reply.reasoning.length > 0;
  const signed = signs && reply.calls.length === 0 ? signature() : {};
  const text = reply.text.length > 0 || reply.calls.length === 0;
  return [
    ...(thought ? [{ text: reply.reasoning.join(''), thought: true }] : []),
    ...(text ? [{ text: reply.text.join(''), ...signed }] : []),
    ...writeCalls(reply, signs).map(({ json }) => json),
  ];
}

/** Calls have no id, and of parallel ones only the first is signed. */
function writeCalls({ calls }: Reply, signs: boolean): Part[] {
  return calls.map(({ name, pieces }, index) => {
    const args = parseJson(pieces.join(''));
    const functionCall = { name, args: isRecord(args) ? args : {} };
    const json = { functionCall, ...(signs && index === 0 ? signature() : {}) };
    return { json, candidates: 1 + pieces.length, thoughts: 0 };
  });
}

function signature(): { readonly thoughtSignature: string } {
  return { thoughtSignature: signThought() };
}
