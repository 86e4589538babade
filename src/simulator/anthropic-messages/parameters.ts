import { isRecord, type JsonRecord } from '../json-value.ts';
import { blankText, isBlank, textProblems } from './history-blocks.ts';

const cacheMarksMax = 4;
const budgetLeast = 1024;

const knownFields = new Set([
  ...['model', 'messages', 'max_tokens', 'system', 'stream', 'stop_sequences', 'temperature', 'top_p', 'top_k'],
  ...['tools', 'tool_choice', 'thinking', 'output_config', 'output_format', 'metadata', 'service_tier', 'container'],
  ...['cache_control', 'context_management', 'diagnostics', 'inference_geo', 'mcp_servers', 'speed'],
  ...['user_profile_id', 'workspace_id'],
]);

/** What Anthropic says of everything beside the conversation, if anything. */
export function* parameterProblems(body: JsonRecord, options: { readonly isCount: boolean }): Generator<string> {
  if (typeof body.model !== 'string') yield body.model === undefined ? missing('model') : wrong('model', 'string');
  const unknown = Object.keys(body).find((name) => !knownFields.has(name));
  if (unknown !== undefined) yield `${unknown}: Extra inputs are not permitted`;
  if (body.max_tokens === undefined && !options.isCount) yield missing('max_tokens');
  yield* numberProblems(body);
  yield* systemProblems(body.system);
  yield* stopProblems(body.stop_sequences);
  if (!isAbsent(body.stream) && typeof body.stream !== 'boolean') yield wrong('stream', 'boolean');
  yield* toolProblems(body);
  yield* thinkingProblems(body);
  yield* formatProblems(body.output_config);
  const marks = countCacheMarks(body);
  if (marks > cacheMarksMax) {
    yield `A maximum of ${cacheMarksMax} blocks with cache_control may be provided. Found ${marks}.`;
  }
}

function* numberProblems(body: JsonRecord): Generator<string> {
  const { max_tokens: tokens, temperature, top_p: topP, top_k: topK } = body;
  if (tokens !== undefined && !Number.isInteger(tokens)) yield wrong('max_tokens', 'integer');
  if (typeof tokens === 'number' && tokens < 1) yield 'max_tokens: Input should be greater than or equal to 1';
  for (const [name, value] of Object.entries({ temperature, top_p: topP })) {
    if (isAbsent(value)) continue;
    if (typeof value !== 'number') yield wrong(name, 'number');
    else if (value < 0 || value > 1) yield `${name}: range: 0..1`;
  }
  if (!isAbsent(topK) && !Number.isInteger(topK)) yield wrong('top_k', 'integer');
}

function* systemProblems(system: unknown): Generator<string> {
  if (system === undefined || typeof system === 'string') return;
  if (!Array.isArray(system)) return yield 'system: Input should be a valid list';
  for (const [index, block] of system.entries()) {
    const path = `system.${index}`;
    if (!isRecord(block)) return yield `${path}: Input should be a valid dictionary`;
    if (block.type !== 'text') return yield `${path}.type: Input should be 'text'`;
    for (const problem of textProblems(block, path)) yield problem.replace(/^messages:/, 'system:');
    if (isBlank(block.text)) yield blankText.replace(/^messages:/, 'system:');
  }
}

function* stopProblems(stops: unknown): Generator<string> {
  if (isAbsent(stops)) return;
  if (!Array.isArray(stops)) return yield 'stop_sequences: Input should be a valid list';
  for (const [index, stop] of stops.entries()) {
    if (typeof stop !== 'string') yield wrong(`stop_sequences.${index}`, 'string');
    else if (stop.trim() === '') yield `stop_sequences: each stop sequence must contain non-whitespace`;
  }
}

function* toolProblems({ tools, tool_choice: choice }: JsonRecord): Generator<string> {
  if (!isAbsent(tools) && !Array.isArray(tools)) return yield 'tools: Input should be a valid list';
  const list: readonly unknown[] = Array.isArray(tools) ? tools : [];
  const names = new Set<unknown>();
  for (const [index, tool] of list.entries()) {
    if (!isRecord(tool)) return yield `tools.${index}: Input should be a valid dictionary`;
    if (names.has(tool.name)) return yield 'tools: Tool names must be unique.';
    names.add(tool.name);
    // Tools of Anthropic's own are known by their type.
    if (tool.type === undefined || tool.type === null || tool.type === 'custom') {
      yield* customToolProblems(tool, `tools.${index}.custom`);
    }
  }
  if (isAbsent(choice)) return;
  if (!isRecord(choice)) return yield 'tool_choice: Input should be a valid dictionary';
  if (!['auto', 'any', 'tool', 'none'].includes(String(choice.type))) {
    return yield `tool_choice: Input tag '${choice.type}' found using 'type' does not match any of the expected tags: 'any', 'auto', 'none', 'tool'`;
  }
  if (choice.type !== 'none' && list.length === 0) {
    return yield 'tool_choice: tool_choice may only be specified while providing tools.';
  }
  if (choice.type === 'tool' && !names.has(choice.name)) {
    yield `tool_choice: Tool '${choice.name}' not found in provided tools`;
  }
}

function* customToolProblems(tool: JsonRecord, path: string): Generator<string> {
  if (typeof tool.name !== 'string') return yield missing(`${path}.name`);
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name)) {
    yield `${path}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`;
  }
  if (!isRecord(tool.input_schema)) return yield missing(`${path}.input_schema`);
  if (tool.input_schema.type === undefined) return yield missing(`${path}.input_schema.type`);
  if (tool.input_schema.type !== 'object') yield `${path}.input_schema.type: Input should be 'object'`;
}

const manual =
  'Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking';

function* thinkingProblems(body: JsonRecord): Generator<string> {
  const { thinking } = body;
  if (isAbsent(thinking)) return;
  if (!isRecord(thinking)) return yield 'thinking: Input should be a valid dictionary';
  const { type, budget_tokens: budget } = thinking;
  if (type === 'disabled') return;
  if (type !== 'enabled' && type !== 'adaptive') {
    return yield `thinking: Input tag '${type}' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'`;
  }
  if (type === 'enabled') {
    if (typeof budget !== 'number') return yield missing('thinking.enabled.budget_tokens');
    if (budget < budgetLeast) {
      yield `thinking.enabled.budget_tokens: Input should be greater than or equal to ${budgetLeast}`;
    }
    if (typeof body.max_tokens === 'number' && body.max_tokens <= budget) {
      yield `\`max_tokens\` must be greater than \`thinking.budget_tokens\`. ${manual}#max-tokens-and-context-window-size`;
    }
  }
  if (!isAbsent(body.temperature) && body.temperature !== 1) {
    yield `\`temperature\` may only be set to 1 when thinking is enabled. ${manual}#important-considerations-when-using-extended-thinking`;
  }
  if (!isAbsent(body.top_k)) yield `\`top_k\` must be unset when thinking is enabled. ${manual}`;
  if (isRecord(body.tool_choice) && (body.tool_choice.type === 'any' || body.tool_choice.type === 'tool')) {
    yield 'Thinking may not be enabled when tool_choice forces tool use.';
  }
  const last: unknown = Array.isArray(body.messages) ? body.messages.at(-1) : undefined;
  if (isRecord(last) && last.role === 'assistant') {
    yield `When \`thinking\` is enabled, the final message may not be a prefilled \`assistant\` message. ${manual}`;
  }
}

function* formatProblems(config: unknown): Generator<string> {
  if (!isRecord(config) || !isRecord(config.format)) return;
  if (config.format.type !== 'json_schema') return yield "output_config.format.type: Input should be 'json_schema'";
  if (!isRecord(config.format.schema)) return yield missing('output_config.format.schema');
  if (hasOpenObject(config.format.schema)) {
    yield "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false";
  }
}

function hasOpenObject(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasOpenObject);
  if (!isRecord(schema)) return false;
  const isOpen = schema.type === 'object' && schema.additionalProperties !== false;
  return isOpen || Object.values(schema).some(hasOpenObject);
}

/** All marks of the request, wherever they stand; the body's own is one of them. */
export function countCacheMarks(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countCacheMarks(item), 0);
  if (!isRecord(value)) return 0;
  const own = isRecord(value.cache_control) ? 1 : 0;
  const places = ['system', 'messages', 'tools', 'content'].map((name) => countCacheMarks(value[name]));
  return places.reduce((sum, count) => sum + count, own);
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function missing(field: string): string {
  return `${field}: Field required`;
}

function wrong(field: string, type: string): string {
  return `${field}: Input should be a valid ${type}`;
}
