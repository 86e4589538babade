import { fieldOf, isObject, type JsonObject, listOf } from '../json-value.ts';
import { billedUsage } from './billed-usage.ts';
import type { DressPattern } from './reply-dress.ts';

/** Chunks and whole replies of Chat Completions. */
export const dressChat: DressPattern = {
  dress({ usage, ...value }, { model, provider }) {
    return {
      ...value,
      model,
      provider,
      system_fingerprint: value.system_fingerprint ?? null,
      ...(Array.isArray(value.choices) ? { choices: value.choices.map(dressChoice) } : {}),
      // OpenAI says null on every chunk without usage; OpenRouter's own SDK refuses that.
      ...(isObject(usage) ? { usage } : {}),
    };
  },
  bill: (value, bill) => (isObject(value.usage) ? { ...value, usage: billedUsage(value.usage, bill) } : undefined),
};

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

/** OpenRouter's word for what others call `reasoning_content`. */
function dressSpeech(speech: JsonObject): JsonObject {
  const { reasoning_content: thought, ...rest } = speech;
  if (thought === undefined || speech.reasoning !== undefined) return speech;
  const details = listOf(speech.reasoning_details);
  const told = details.length > 0 ? details : [{ type: 'reasoning.text', text: thought, format: 'unknown', index: 0 }];
  return { ...rest, reasoning: thought, reasoning_details: told };
}
