import { isRecord, type JsonRecord } from '../json-value.ts';
import { readModelName } from '../model-name.ts';
import { isSigned, sign } from '../signature.ts';
import type { Refusal } from '../trouble.ts';
import { invalidArgument, type Place } from './errors.ts';
import { readField, readList } from './fields.ts';

const signer = 'gemini-generate';

/** What Google documents for a history that no model of its own has written. */
const placeholder = 'skip_thought_signature_validator';

export function signThought(): string {
  return sign(signer, '');
}

export function signsThoughts(model: string): boolean {
  const kind = readModelName(model)?.kind;
  return kind === 'think' || kind === 'think-tool' || kind === 'tool';
}

/**
 * The models that think want to see in the current turn, which began with the last text of the user, the first call of
 * each step signed. What is signed must be of this provider, byte for byte.
 */
export function* signatureProblems(model: string, contents: readonly JsonRecord[], place: Place): Generator<Refusal> {
  const kind = readModelName(model)?.kind;
  if (kind !== 'think' && kind !== 'think-tool') return;
  const began = contents.findLastIndex(isQuestion);
  for (const [index, content] of contents.entries()) {
    if (index < began || content.role !== 'model') continue;
    yield* stepProblems(content, index, place);
  }
}

function* stepProblems(content: JsonRecord, index: number, place: Place): Generator<Refusal> {
  let isFirst = true;
  for (const part of readList(content, 'parts')) {
    const call = readField(part, 'functionCall');
    const signature = readField(part, 'thoughtSignature');
    if (typeof signature === 'string' && signature !== '') {
      if (signature !== placeholder && !isSigned(signer, '', signature)) {
        yield invalidArgument('Corrupted thought signature.', place);
      }
    } else if (isRecord(call) && isFirst) {
      yield invalidArgument(
        `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${call.name}\` , position ${index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
        place,
      );
    }
    if (isRecord(call)) isFirst = false;
  }
}

function isQuestion(content: JsonRecord): boolean {
  if (content.role === 'model') return false;
  return readList(content, 'parts').some((part) => readField(part, 'functionResponse') === undefined);
}
