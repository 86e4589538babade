import { Buffer } from 'node:buffer';
import { at, isPlain, list, type Plain, said, text } from './plain.ts';

// Converse says what Anthropic's Messages say in other names: the oracle of Messages reads it once the names are changed.
// Written from AWS's reference, without a look at core/protocol.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html

/** With numbers as they stand there: an id of 20 digits keeps its last ones. */
function read(written: string): unknown {
  return JSON.parse(written, (_name, value: unknown, { source }: { readonly source?: string } = {}) =>
    typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source) && !Number.isSafeInteger(value)
      ? rawJson(source)
      : value,
  );
}

const { rawJSON: rawJson } = JSON as unknown as { rawJSON(source: string): unknown };

/** A request; its model and whether it streams stand in the address. */
export function requestAsMessages(body: string, path: string): string {
  const asked = read(body);
  const own = at(asked, 'additionalModelRequestFields');
  const config = at(asked, 'inferenceConfig');
  const [, model = '', verb = ''] = /^\/model\/([^/]+)\/(converse(?:-stream)?)$/.exec(path) ?? [];
  const toolChoice = at(own, 'tool_choice') ?? choiceOf(at(asked, 'toolConfig', 'toolChoice'));
  return JSON.stringify({
    model: decodeURIComponent(model),
    ...(verb === 'converse-stream' ? { stream: true } : {}),
    system: blocksOf(at(asked, 'system')),
    messages: list(at(asked, 'messages')).map((message) => ({
      role: at(message, 'role'),
      content: blocksOf(at(message, 'content')),
    })),
    tools: toolsOf(at(asked, 'toolConfig', 'tools')),
    tool_choice: toolChoice,
    max_tokens: at(config, 'maxTokens'),
    temperature: at(config, 'temperature'),
    top_p: at(config, 'topP'),
    stop_sequences: at(config, 'stopSequences'),
    top_k: at(own, 'top_k'),
    thinking: at(own, 'thinking'),
    output_config: at(own, 'output_config'),
    service_tier: at(asked, 'serviceTier', 'type'),
  });
}

export function replyAsMessage(reply: string): string {
  const told = read(reply);
  const content = at(told, 'output', 'message', 'content');
  if (!Array.isArray(content)) return JSON.stringify({ type: 'error', error: { type: 'api_error', message: '' } });
  return messageOf(blocksOf(content), told);
}

/** One event of ConverseStream. */
export type ConverseEvent = { readonly name: string; readonly event: unknown };

/** A stream as the message that it amounts to; one without a reason to stop has not ended. */
export function streamAsMessage(events: readonly ConverseEvent[]): string {
  const blocks = new Map<number, Record<string, unknown>>();
  let end: unknown;
  let usage: unknown;
  for (const { name, event } of events) {
    const index = Number(at(event, 'contentBlockIndex') ?? 0);
    if (name === 'contentBlockStart' && said(at(event, 'start', 'toolUse'))) {
      blocks.set(index, { toolUse: { ...(at(event, 'start', 'toolUse') as Plain), input: '' } });
    } else if (name === 'contentBlockDelta') extend(blocks, index, at(event, 'delta'));
    else if (name === 'messageStop') end = event;
    else if (name === 'metadata') usage = at(event, 'usage');
  }
  const content = [...blocks.keys()].toSorted((a, b) => a - b).map((index) => blocks.get(index));
  return messageOf(blocksOf(content.map(withInput)), { ...(isPlain(end) ? end : {}), usage });
}

function extend(blocks: Map<number, Record<string, unknown>>, index: number, delta: unknown): void {
  const block = blocks.get(index) ?? {};
  blocks.set(index, block);
  if (said(at(delta, 'text'))) block.text = text(block.text) + text(at(delta, 'text'));
  const input = at(delta, 'toolUse', 'input');
  if (said(input))
    block.toolUse = { ...(block.toolUse as Plain), input: text(at(block.toolUse, 'input')) + text(input) };
  const thought = at(delta, 'reasoningContent');
  if (!isPlain(thought)) return;
  const shown = at(block, 'reasoningContent', 'reasoningText');
  if (said(thought.redactedContent)) block.reasoningContent = { redactedContent: thought.redactedContent };
  else {
    const reasoningText = {
      text: text(at(shown, 'text')) + text(thought.text),
      signature: text(at(shown, 'signature')) + text(thought.signature),
    };
    block.reasoningContent = { reasoningText };
  }
}

function withInput(block: unknown): unknown {
  const call = at(block, 'toolUse');
  if (!isPlain(call)) return block;
  const input = text(call.input);
  return { toolUse: { ...call, input: input === '' ? {} : read(input) } };
}

function messageOf(content: readonly object[], told: unknown): string {
  const usage = at(told, 'usage');
  const written = Number(at(usage, 'cacheWriteInputTokens') ?? 0);
  const own = at(told, 'additionalModelResponseFields');
  const hasUsage = said(at(usage, 'inputTokens')) && said(at(usage, 'outputTokens'));
  return JSON.stringify({
    type: 'message',
    role: 'assistant',
    content,
    stop_reason: stops[text(at(told, 'stopReason'))] ?? (said(at(told, 'stopReason')) ? 'something_else' : null),
    stop_sequence: at(own, 'stop_sequence') ?? at(own, 'delta', 'stop_sequence') ?? null,
    usage: hasUsage
      ? {
          input_tokens: at(usage, 'inputTokens'),
          output_tokens: at(usage, 'outputTokens'),
          cache_read_input_tokens: at(usage, 'cacheReadInputTokens') ?? 0,
          cache_creation_input_tokens: written,
        }
      : undefined,
  });
}

/** Both that a filter stopped it are a refusal in the words of Messages. */
const stops: Readonly<Record<string, string>> = {
  end_turn: 'end_turn',
  tool_use: 'tool_use',
  max_tokens: 'max_tokens',
  stop_sequence: 'stop_sequence',
  model_context_window_exceeded: 'model_context_window_exceeded',
  guardrail_intervened: 'refusal',
  content_filtered: 'refusal',
};

/** A cache point marks what stands before it. */
function blocksOf(blocks: unknown): object[] {
  const found: object[] = [];
  for (const block of list(blocks)) {
    const point = at(block, 'cachePoint');
    if (said(point)) {
      const ttl = at(point, 'ttl');
      const mark = { type: 'ephemeral', ...(said(ttl) ? { ttl } : {}) };
      found.push({ ...found.pop(), cache_control: mark });
    } else found.push(blockOf(block));
  }
  return found;
}

function blockOf(block: unknown): object {
  if (said(at(block, 'text'))) return { type: 'text', text: at(block, 'text') };
  const cited = at(block, 'citationsContent');
  if (isPlain(cited)) {
    return {
      type: 'text',
      text: list(cited.content)
        .map((piece) => text(at(piece, 'text')))
        .join(''),
    };
  }
  const call = at(block, 'toolUse');
  if (isPlain(call)) return { type: 'tool_use', id: call.toolUseId, name: call.name, input: call.input ?? {} };
  const result = at(block, 'toolResult');
  if (isPlain(result)) {
    const content = list(result.content).map((part) =>
      said(at(part, 'json')) ? { type: 'text', text: JSON.stringify(at(part, 'json')) } : blockOf(part),
    );
    const isError = result.status === 'error' ? { is_error: true } : {};
    return { type: 'tool_result', tool_use_id: result.toolUseId, content, ...isError };
  }
  const thought = at(block, 'reasoningContent');
  if (isPlain(thought)) {
    const shown = thought.reasoningText;
    if (!isPlain(shown)) return { type: 'redacted_thinking', data: thought.redactedContent };
    return { type: 'thinking', thinking: text(shown.text), signature: text(shown.signature) };
  }
  return mediumOf(block);
}

function mediumOf(block: unknown): object {
  const image = at(block, 'image');
  const bytes = at(image ?? at(block, 'document'), 'source', 'bytes');
  if (isPlain(image)) {
    return { type: 'image', source: { type: 'base64', media_type: `image/${text(image.format)}`, data: bytes } };
  }
  const paper = at(block, 'document');
  if (!isPlain(paper)) return { type: Object.keys(isPlain(block) ? block : {})[0] ?? 'unknown' };
  if (paper.format === 'txt') {
    const words = at(paper, 'source', 'text') ?? Buffer.from(text(bytes), 'base64').toString('utf8');
    const title = paper.name === 'document' ? {} : { title: paper.name };
    return { type: 'document', ...title, source: { type: 'text', media_type: 'text/plain', data: words } };
  }
  return { type: 'document', source: { type: 'base64', media_type: `application/${text(paper.format)}`, data: bytes } };
}

function toolsOf(tools: unknown): object[] {
  const found: object[] = [];
  for (const tool of list(tools)) {
    const spec = at(tool, 'toolSpec');
    if (said(at(tool, 'cachePoint'))) found.push({ ...found.pop(), cache_control: { type: 'ephemeral' } });
    else {
      const strict = at(spec, 'strict') === true ? { strict: true } : {};
      const { name, description } = spec as Plain;
      found.push({ name, description, input_schema: at(spec, 'inputSchema', 'json'), ...strict });
    }
  }
  return found;
}

function choiceOf(choice: unknown): object | undefined {
  if (said(at(choice, 'auto'))) return { type: 'auto' };
  if (said(at(choice, 'any'))) return { type: 'any' };
  const name = at(choice, 'tool', 'name');
  return said(name) ? { type: 'tool', name } : undefined;
}
