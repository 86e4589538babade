import { isRecord, type JsonRecord } from '../json-value.ts';
import type { Refusal } from '../trouble.ts';
import { invalidArgument, type Place, unknownField } from './errors.ts';
import { fieldNames, findUnknown, readField, readList } from './fields.ts';
import { contentProblems } from './history.ts';
import { schemaProblems } from './schema.ts';

const requestFields = fieldNames(
  ...['model', 'contents', 'systemInstruction', 'tools', 'toolConfig', 'safetySettings', 'generationConfig'],
  ...['cachedContent', 'store', 'serviceTier'],
);

const configFields = fieldNames(
  ...['candidateCount', 'stopSequences', 'maxOutputTokens', 'temperature', 'topP', 'topK', 'seed'],
  ...['responseMimeType', 'responseSchema', 'responseJsonSchema', 'presencePenalty', 'frequencyPenalty'],
  ...['responseLogprobs', 'logprobs', 'enableEnhancedCivicAnswers', 'responseModalities', 'speechConfig'],
  ...['thinkingConfig', 'imageConfig', 'mediaResolution', '_responseJsonSchema'],
);

const toolFields = fieldNames(
  ...['functionDeclarations', 'googleSearchRetrieval', 'codeExecution', 'googleSearch', 'computerUse'],
  ...['urlContext', 'fileSearch', 'googleMaps', 'mcpServers'],
);

/** What Google says of everything beside the conversation, if anything. */
export function* parameterProblems(body: JsonRecord, place: Place): Generator<Refusal> {
  const unknown = findUnknown(body, requestFields);
  if (unknown !== undefined) return yield unknownField(unknown, '', place);
  const system = readField(body, 'systemInstruction');
  if (system !== undefined) yield* contentProblems(system, 'system_instruction', place);
  yield* configProblems(readField(body, 'generationConfig'), place);
  for (const [index, tool] of readList(body, 'tools').entries()) yield* toolProblems(tool, `tools[${index}]`, place);
  yield* choiceProblems(readField(body, 'toolConfig'), place);
}

function* configProblems(config: unknown, place: Place): Generator<Refusal> {
  const path = 'generation_config';
  if (config === undefined) return;
  if (!isRecord(config)) return yield invalidArgument(`Invalid value at '${path}' (GenerationConfig)`, place);
  const unknown = findUnknown(config, configFields);
  if (unknown !== undefined) return yield unknownField(unknown, path, place);
  for (const { name, least, most, whole } of ranges) {
    const value = readField(config, name);
    if (value === undefined || value === null) continue;
    const isFitting = typeof value === 'number' && (whole === undefined || Number.isInteger(value));
    if (!isFitting) {
      yield invalidArgument(
        `Invalid value at '${path}.${name}' (${whole ?? 'TYPE_FLOAT'}), ${JSON.stringify(value)}`,
        place,
      );
    } else if (value < least || value > most) {
      yield invalidArgument(
        `* GenerateContentRequest.${path}.${name}: ${name} must be in the range [${least}, ${most}].\n`,
        place,
      );
    }
  }
  if (readList(config, 'stopSequences').length > stopsMax) {
    yield invalidArgument(`* GenerateContentRequest.${path}.stop_sequences: at most ${stopsMax} are allowed.\n`, place);
  }
  const thinking = readField(config, 'thinkingConfig');
  if (isRecord(thinking)) yield* thinkingProblems(thinking, `${path}.thinking_config`, place);
  yield* shapeProblems(readField(config, 'responseSchema'), `${path}.response_schema`, place);
}

const stopsMax = 5;
const integer = 'TYPE_INT32';
const integerMax = 2 ** 31 - 1;

const ranges: readonly { name: string; least: number; most: number; whole?: string }[] = [
  { name: 'maxOutputTokens', least: 1, most: integerMax, whole: integer },
  { name: 'candidateCount', least: 1, most: 8, whole: integer },
  { name: 'seed', least: -integerMax - 1, most: integerMax, whole: integer },
  { name: 'topK', least: 0, most: integerMax },
  { name: 'topP', least: 0, most: 1 },
  { name: 'temperature', least: 0, most: 2 },
];

function* thinkingProblems(thinking: JsonRecord, path: string, place: Place): Generator<Refusal> {
  const known = fieldNames('includeThoughts', 'thinkingBudget', 'thinkingLevel');
  const unknown = findUnknown(thinking, known);
  if (unknown !== undefined) return yield unknownField(unknown, path, place);
  if (readField(thinking, 'thinkingBudget') !== undefined && readField(thinking, 'thinkingLevel') !== undefined) {
    yield invalidArgument('You can only set only one of thinking budget and thinking level.', place);
  }
}

const declarationFields = fieldNames(
  ...['name', 'description', 'parameters', 'parametersJsonSchema', 'response', 'responseJsonSchema', 'behavior'],
);

function* toolProblems(tool: unknown, path: string, place: Place): Generator<Refusal> {
  if (!isRecord(tool)) return yield invalidArgument(`Invalid value at '${path}' (Tool)`, place);
  const unknown = findUnknown(tool, toolFields);
  if (unknown !== undefined) return yield unknownField(unknown, path, place);
  for (const [index, declaration] of readList(tool, 'functionDeclarations').entries()) {
    yield* declarationProblems(declaration, `${path}.function_declarations[${index}]`, place);
  }
}

function* declarationProblems(declaration: unknown, path: string, place: Place): Generator<Refusal> {
  if (!isRecord(declaration)) return yield invalidArgument(`Invalid value at '${path}' (FunctionDeclaration)`, place);
  const unknown = findUnknown(declaration, declarationFields);
  if (unknown !== undefined) return yield unknownField(unknown, path, place);
  if (!/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/.test(String(declaration.name ?? ''))) {
    yield invalidArgument(
      `* GenerateContentRequest.${path}.name: Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.\n`,
      place,
    );
  }
  const { parameters } = declaration;
  if (parameters !== undefined && readField(declaration, 'parametersJsonSchema') !== undefined) {
    yield invalidArgument(`${path}: parameters and parameters_json_schema may not both be set.`, place);
  }
  yield* shapeProblems(parameters, `${path}.parameters`, place);
}

function* shapeProblems(schema: unknown, path: string, place: Place): Generator<Refusal> {
  for (const problem of schemaProblems(schema, path)) {
    if (problem.kind === 'unknown') yield unknownField(problem.name, problem.at, place);
    else yield invalidArgument(problem.message, place);
  }
}

function* choiceProblems(config: unknown, place: Place): Generator<Refusal> {
  const choice = readField(config, 'functionCallingConfig');
  if (choice === undefined) return;
  const mode = readField(choice, 'mode') ?? 'AUTO';
  if (!['MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED'].includes(String(mode))) {
    const type = 'type.googleapis.com/google.ai.generativelanguage.v1beta.FunctionCallingConfig.Mode';
    return yield invalidArgument(
      `Invalid value at 'tool_config.function_calling_config.mode' (${type}), ${JSON.stringify(mode)}`,
      place,
    );
  }
  if (readList(choice, 'allowedFunctionNames').length > 0 && mode !== 'ANY' && mode !== 'VALIDATED') {
    yield invalidArgument(
      'Function calling config: allowed_function_names should only be set when the function calling mode is ANY or VALIDATED.',
      place,
    );
  }
}
