import { isRecord, type JsonRecord } from '../json-value.ts';
import type { Refusal } from '../trouble.ts';
import { invalidArgument, type Place, unknownField } from './errors.ts';
import { fieldNames, findUnknown, readField, readList, toSnake } from './fields.ts';

const contentFields = fieldNames('parts', 'role');
// One of these says what a part is.
const dataFields = [
  'text',
  'inlineData',
  'functionCall',
  'functionResponse',
  'fileData',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
];
const partFields = fieldNames(
  ...dataFields,
  ...['thought', 'thoughtSignature', 'videoMetadata', 'partMetadata', 'mediaResolution'],
);

/** What Google says of the conversation, if anything. */
export function* historyProblems(contents: readonly unknown[], place: Place): Generator<Refusal> {
  if (contents.length === 0) {
    return yield invalidArgument('* GenerateContentRequest.contents: contents is not specified\n', place);
  }
  for (const [index, content] of contents.entries()) yield* contentProblems(content, `contents[${index}]`, place);
  const turns = joinTurns(contents.filter(isRecord));
  for (const [index, turn] of turns.entries()) yield* linkProblems(turn, turns[index - 1], turns[index + 1], place);
}

/** Google's own SDK sends the pieces of a streamed answer back as contents of their own: neighbours of one role are one turn. */
function joinTurns(contents: readonly JsonRecord[]): readonly JsonRecord[] {
  const turns: JsonRecord[] = [];
  for (const content of contents) {
    const last = turns.at(-1);
    const role = content.role ?? 'user';
    if (last && (last.role ?? 'user') === role) {
      turns[turns.length - 1] = { ...last, parts: [...readList(last, 'parts'), ...readList(content, 'parts')] };
    } else turns.push(content);
  }
  return turns;
}

export function* contentProblems(content: unknown, path: string, place: Place): Generator<Refusal> {
  if (!isRecord(content)) return yield invalidArgument(`Invalid value at '${path}' (Content), ${show(content)}`, place);
  const unknown = findUnknown(content, contentFields);
  if (unknown !== undefined) return yield unknownField(unknown, path, place);
  const role = content.role;
  if (role !== undefined && path.startsWith('contents') && role !== 'user' && role !== 'model') {
    return yield invalidArgument('Please use a valid role: user, model.', place);
  }
  const parts = readList(content, 'parts');
  if (parts.length === 0) {
    return yield invalidArgument(`* GenerateContentRequest.${path}.parts: contents.parts must not be empty.\n`, place);
  }
  for (const [index, part] of parts.entries()) yield* partProblems(part, `${path}.parts[${index}]`, place);
}

function* partProblems(part: unknown, path: string, place: Place): Generator<Refusal> {
  if (!isRecord(part)) return yield invalidArgument(`Invalid value at '${path}' (Part), ${show(part)}`, place);
  const unknown = findUnknown(part, partFields);
  if (unknown !== undefined) return yield unknownField(unknown, path, place);
  const kinds = dataFields.filter((name) => readField(part, name) !== undefined);
  if (kinds.length === 0) {
    return yield invalidArgument(
      `* GenerateContentRequest.${path}.data: required oneof field 'data' must have one initialized field\n`,
      place,
    );
  }
  if (kinds.length > 1) {
    const second = toSnake(kinds[1] ?? '');
    return yield invalidArgument(
      `Invalid value at '${path}' (oneof), oneof field 'data' is already set. Cannot set '${second}'`,
      place,
    );
  }
  if (part.text !== undefined && typeof part.text !== 'string') {
    return yield invalidArgument(`Invalid value at '${path}.text' (TYPE_STRING), ${show(part.text)}`, place);
  }
  yield* bytesProblems(readField(part, 'thoughtSignature'), `${path}.thought_signature`, place);
  yield* callProblems(readField(part, 'functionCall'), `${path}.function_call`, place);
  yield* responseProblems(readField(part, 'functionResponse'), `${path}.function_response`, place);
  const inline = readField(part, 'inlineData');
  if (inline !== undefined) yield* bytesProblems(readField(inline, 'data'), `${path}.inline_data.data`, place);
}

function* bytesProblems(value: unknown, path: string, place: Place): Generator<Refusal> {
  if (value === undefined) return;
  if (typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) return;
  yield invalidArgument(`Invalid value at '${path}' (TYPE_BYTES), Base64 decoding failed for ${show(value)}`, place);
}

const callFields = fieldNames('id', 'name', 'args', 'partialArgs', 'willContinue');
const responseFields = fieldNames('id', 'name', 'response', 'parts', 'willContinue', 'scheduling');

function* callProblems(call: unknown, path: string, place: Place): Generator<Refusal> {
  if (call === undefined) return;
  const at = path.replace(/^contents/, 'GenerateContentRequest.contents');
  if (!isRecord(call)) return yield invalidArgument(`Invalid value at '${path}', ${show(call)}`, place);
  const unknown = findUnknown(call, callFields);
  if (unknown !== undefined) return yield unknownField(unknown, path, place);
  if (typeof call.name !== 'string' || call.name === '') {
    return yield invalidArgument(`* ${at}.name: Name cannot be empty.\n`, place);
  }
  if (call.args !== undefined && !isRecord(call.args)) yield notStruct(`${path}.args`, call.args, place);
}

function* responseProblems(response: unknown, path: string, place: Place): Generator<Refusal> {
  if (response === undefined) return;
  const at = path.replace(/^contents/, 'GenerateContentRequest.contents');
  if (!isRecord(response)) return yield invalidArgument(`Invalid value at '${path}', ${show(response)}`, place);
  const unknown = findUnknown(response, responseFields);
  if (unknown !== undefined) return yield unknownField(unknown, path, place);
  if (typeof response.name !== 'string' || response.name === '') {
    return yield invalidArgument(`* ${at}.name: Name cannot be empty.\n`, place);
  }
  if (!isRecord(response.response)) return yield notStruct(`${path}.response`, response.response, place);
  if (refersToItself(response.response)) {
    yield invalidArgument(`${path}.response: a "$ref" must name a part of the function response.`, place);
  }
}

/** Google takes `$ref` and `$defs` in a result for references to its parts. */
function refersToItself(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(refersToItself);
  if (!isRecord(value)) return false;
  return '$ref' in value || '$defs' in value || Object.values(value).some(refersToItself);
}

function notStruct(path: string, value: unknown, place: Place): Refusal {
  return invalidArgument(
    `Invalid value at '${path}' (type.googleapis.com/google.protobuf.Struct), ${show(value)}`,
    place,
  );
}

/** A turn of calls is followed by as many results of the same names, and no result comes without its call. */
function* linkProblems(
  turn: JsonRecord,
  before: JsonRecord | undefined,
  after: JsonRecord | undefined,
  place: Place,
): Generator<Refusal> {
  const called = namesOf(turn, 'functionCall');
  const answered = namesOf(after, 'functionResponse');
  if (called.length !== answered.length) {
    yield invalidArgument(
      called.length === 0
        ? 'Please ensure that function response turn comes immediately after a function call turn.'
        : 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      place,
    );
  }
  if ([...called].sort().join() !== [...answered].sort().join()) {
    yield invalidArgument(
      'Please ensure that the function response names are the function call names of the function call turn.',
      place,
    );
  }
  if (before === undefined && namesOf(turn, 'functionResponse').length > 0) {
    yield invalidArgument(
      'Please ensure that function response turn comes immediately after a function call turn.',
      place,
    );
  }
  if (called.length > 0 && before?.role === 'model') {
    yield invalidArgument(
      'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
      place,
    );
  }
}

function namesOf(turn: JsonRecord | undefined, kind: 'functionCall' | 'functionResponse'): string[] {
  return readList(turn, 'parts').flatMap((part) => {
    const found = readField(part, kind);
    return isRecord(found) ? [String(found.name)] : [];
  });
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? 'null';
}
