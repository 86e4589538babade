import { fieldOf, isObject, type JsonObject, listOf } from '../json-value.ts';
import { billedUsage } from './billed-usage.ts';
import type { DressPattern } from './reply-dress.ts';

/** Chunks and whole replies of Chat Completions. */
export const dressChat: DressPattern = {
  dress({ usage, system_fingerprint: fingerprint, ...value }, { model, provider, generation }) {
    return {
      ...value,
      // `GET /generation` takes the id of a reply.
      ...(generation === undefined ? {} : { id: generation }),
      model,
      provider,
      ...fingerprintOf(value, fingerprint),
      ...(Array.isArray(value.choices) ? { choices: value.choices.map(dressChoice) } : {}),
      // OpenAI says null on every chunk without usage; OpenRouter's own SDK refuses that.
      ...(isObject(usage) ? { usage } : {}),
    };
  },
  bill: (value, bill) => (isObject(value.usage) ? { ...value, usage: billedUsage(value.usage, bill) } : undefined),
};

/** OpenRouter's own SDK wants one of a whole answer, if only null; of a chunk none, or a text. */
function fingerprintOf({ object }: JsonObject, fingerprint: unknown): JsonObject {
  if (typeof fingerprint === 'string') return { system_fingerprint: fingerprint };
  return object === 'chat.completion' ? { system_fingerprint: null } : {};
}

function dressChoice(choice: unknown): unknown {
  if (!isObject(choice)) return choice;
  const reason = choice.finish_reason;
  return {
    ...choice,
    ...(reason === undefined ? {} : { native_finish_reason: fieldOf(choice, 'native_finish_reason') ?? reason }),
    ...(isObject(choice.delta) ? { delta: dressSpeech(choice.delta) } : {}),
    ...(isObject(choice.message) ? { message: dressSpeech(choice.message) } : {}),
  };
}

/** OpenRouter's word for what others call `reasoning_content`, and its place for what Google signs of a call. */
function dressSpeech(speech: JsonObject): JsonObject {
  const signed = signedCalls(speech);
  const { reasoning_content: thought, ...rest } = speech;
  const named = thought === undefined || speech.reasoning !== undefined ? speech : { ...rest, reasoning: thought };
  const details = [...listOf(speech.reasoning_details), ...signed];
  return details.length === 0 ? named : { ...named, reasoning_details: details };
}

function signedCalls({ tool_calls: calls }: JsonObject): readonly JsonObject[] {
  return listOf(calls).flatMap((call, index) => {
    const data = fieldOf(fieldOf(fieldOf(call, 'extra_content'), 'google'), 'thought_signature');
    const id = fieldOf(call, 'id');
    return data === undefined ? [] : [{ type: 'reasoning.encrypted', id, data, format: 'google-gemini-v1', index }];
  });
}
