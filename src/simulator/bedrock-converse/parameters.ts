import { isRecord, type JsonRecord } from '../json-value.ts';
import { listOf, recordOf } from './read.ts';

const cachePointsMax = 4;

const knownFields = new Set([
  ...['messages', 'system', 'inferenceConfig', 'toolConfig', 'guardrailConfig', 'promptVariables', 'outputConfig'],
  ...['additionalModelRequestFields', 'additionalModelResponseFieldPaths', 'requestMetadata', 'performanceConfig'],
  'serviceTier',
]);
const knownInference = new Set(['maxTokens', 'temperature', 'topP', 'stopSequences']);

/** What Converse says of everything that is neither a tool nor the conversation, if anything. */
export function* parameterProblems(body: JsonRecord): Generator<string> {
  yield* strangers(body, knownFields, '');
  yield* inferenceProblems(body.inferenceConfig);
  yield* systemProblems(body.system);
  const tier = recordOf(body.serviceTier).type;
  if (body.serviceTier !== undefined && !['default', 'flex', 'priority', 'reserved'].includes(String(tier))) {
    yield failed(tier, 'serviceTier.type', 'Member must satisfy enum value set: [default, flex, priority, reserved]');
  }
  for (const path of listOf(body.additionalModelResponseFieldPaths)) {
    if (typeof path !== 'string' || !/^\/[^/]/.test(path))
      yield `The additionalModelResponseFieldPaths value ${path} is not a valid JSON Pointer.`;
  }
  const points = countCachePoints(body);
  if (points > cachePointsMax) {
    yield `A maximum of ${cachePointsMax} cache points may be provided. Found ${points}.`;
  }
}

export function* strangers(record: JsonRecord, known: ReadonlySet<string>, path: string): Generator<string> {
  const unknown = Object.keys(record).find((name) => !known.has(name));
  if (unknown !== undefined) {
    yield `Malformed input request: #${path}: extraneous key [${unknown}] is not permitted, please reformat your input and try again.`;
  }
}

/** In AWS's own form for what a model of the request does not allow. */
export function failed(value: unknown, at: string, constraint: string): string {
  return `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: ${constraint}`;
}

function* inferenceProblems(value: unknown): Generator<string> {
  if (value === undefined) return;
  if (!isRecord(value)) return yield 'The inferenceConfig field must be an object.';
  yield* strangers(value, knownInference, '/inferenceConfig');
  const { maxTokens, stopSequences } = value;
  if (maxTokens !== undefined && !(Number.isInteger(maxTokens) && Number(maxTokens) >= 1)) {
    yield failed(maxTokens, 'inferenceConfig.maxTokens', 'Member must have value greater than or equal to 1');
  }
  for (const name of ['temperature', 'topP']) {
    const number = value[name];
    if (number === undefined) continue;
    if (typeof number !== 'number' || number < 0 || number > 1) {
      yield failed(number, `inferenceConfig.${name}`, 'Member must have value less than or equal to 1');
    }
  }
  for (const stop of listOf(stopSequences)) {
    if (typeof stop !== 'string' || stop === '') {
      yield failed(stop, 'inferenceConfig.stopSequences', 'Member must have length greater than or equal to 1');
    } else if (stop.trim() === '')
      yield 'The model returned the following errors: stop_sequences: each stop sequence must contain non-whitespace';
  }
}

function* systemProblems(system: unknown): Generator<string> {
  if (system === undefined) return;
  if (!Array.isArray(system)) return yield 'The system field must be a list of content blocks.';
  for (const [index, block] of system.entries()) {
    const { text, cachePoint, guardContent } = recordOf(block);
    if (text === undefined && cachePoint === undefined && guardContent === undefined) {
      yield `The SystemContentBlock object at system.${index} must set one of the following keys: text, guardContent, cachePoint.`;
    }
    if (typeof text === 'string' && text.trim() === '') {
      yield `The text field in the SystemContentBlock object at system.${index} is blank. Add text to the text field, and try again.`;
    }
  }
}

/** All of the request, wherever they stand. */
export function countCachePoints({ system, messages, toolConfig }: JsonRecord): number {
  const contents = listOf(messages).flatMap((message) => listOf(recordOf(message).content));
  const all = [...listOf(system), ...contents, ...listOf(recordOf(toolConfig).tools)];
  return all.filter((block) => isRecord(block) && block.cachePoint !== undefined).length;
}
