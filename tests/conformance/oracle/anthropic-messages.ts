import { argumentsOf, at, count, digest, list, numberIf, type Plain, parse, said, text, textIf } from './plain.ts';
import { addState } from './sealed.ts';
import { countMarks, outputOf, pickSettings, userOrSystem } from './settings.ts';
import {
  addText,
  type ChoiceSummary,
  choiceAt,
  emptyReply,
  emptyRequest,
  type Finish,
  type FormatSummary,
  type Item,
  type MediaItem,
  type Oracle,
  type ReplySummary,
  type RequestSummary,
  type State,
  settleFinish,
  type ToolChoiceSummary,
  type UsageSummary,
} from './summary.ts';

const family = 'anthropic';

const settingNames = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  stop_sequences: 'stop',
  service_tier: 'serviceTier',
} as const;

export const anthropicMessages: Oracle = {
  family,
  readRequest(written) {
    const body: unknown = parse(written);
    const summary = emptyRequest();
    summary.model = textIf(at(body, 'model'));
    summary.stream = at(body, 'stream') === true;
    summary.limit = numberIf(at(body, 'max_tokens'));
    summary.settings = pickSettings(body, settingNames, at);
    const user = textIf(at(body, 'metadata', 'user_id'));
    if (user !== undefined) summary.settings.user = user;
    const system = at(body, 'system');
    summary.system = typeof system === 'string' ? [system] : list(system).map((block) => text(at(block, 'text')));
    summary.system = summary.system.filter((each) => each !== '');
    for (const tool of list(at(body, 'tools'))) readTool(tool, summary);
    summary.toolChoice = readChoice(at(body, 'tool_choice'));
    summary.parallel = at(body, 'tool_choice', 'disable_parallel_tool_use') === true ? false : undefined;
    summary.format = readFormat(at(body, 'output_config', 'format') ?? at(body, 'output_format'));
    summary.reasoning = readReasoning(body);
    summary.cacheMarks = countMarks(body);
    for (const message of list(at(body, 'messages'))) readMessage(message, summary);
    return summary;
  },
  readReply(written) {
    const body: unknown = parse(written);
    const summary = emptyReply();
    if (at(body, 'type') === 'error') return { ...summary, error: 'error' };
    summary.model = textIf(at(body, 'model'));
    const choice = choiceAt(summary, 0);
    for (const block of list(at(body, 'content'))) readAssistantBlock(block, choice);
    readStop(body, choice);
    settleFinish(choice);
    summary.usage = readUsage(at(body, 'usage'));
    return summary;
  },
  readStream(payloads) {
    const summary = emptyReply();
    const blocks: Record<string, unknown>[] = [];
    let usage: Plain | undefined;
    for (const payload of payloads) {
      const event: unknown = parse(payload);
      readEvent(event, summary, blocks);
      // An upstream that began anew in the middle of a message.
      const begins = at(event, 'type') === 'message_start';
      if (begins && blocks.length > 0) return { ...summary, error: 'error' };
      usage = mergeUsage(usage, at(event, 'message', 'usage') ?? at(event, 'usage'));
      if (at(event, 'type') === 'message_stop') break;
    }
    if (summary.model === undefined && blocks.length === 0) return summary;
    const choice = choiceAt(summary, 0);
    for (const block of blocks) readAssistantBlock(block, choice);
    settleFinish(choice);
    summary.usage = readUsage(usage);
    return summary;
  },
};

/** Cumulative: what a later event says replaces what an earlier one said. */
function mergeUsage(before: Plain | undefined, usage: unknown): Plain | undefined {
  if (typeof usage !== 'object' || usage === null) return before;
  const told = Object.entries(usage).filter(([, value]) => said(value));
  return { ...before, ...Object.fromEntries(told) };
}

function readEvent(event: unknown, summary: ReplySummary, blocks: Record<string, unknown>[]): void {
  switch (at(event, 'type')) {
    case 'message_start':
      summary.model ??= textIf(at(event, 'message', 'model'));
      for (const block of list(at(event, 'message', 'content'))) blocks.push({ ...(block as Plain) });
      return;
    case 'content_block_start':
      blocks[count(at(event, 'index'))] = { ...(at(event, 'content_block') as Plain) };
      return;
    case 'content_block_delta': {
      const block = blocks[count(at(event, 'index'))];
      if (block) extendBlock(block, at(event, 'delta'));
      return;
    }
    case 'message_delta':
      readStop(at(event, 'delta'), choiceAt(summary, 0));
      return;
    case 'error':
      summary.error = 'error';
  }
}

function extendBlock(block: Record<string, unknown>, delta: unknown): void {
  switch (at(delta, 'type')) {
    case 'text_delta':
      block.text = text(block.text) + text(at(delta, 'text'));
      return;
    case 'thinking_delta':
      block.thinking = text(block.thinking) + text(at(delta, 'thinking'));
      return;
    case 'signature_delta':
      block.signature = text(block.signature) + text(at(delta, 'signature'));
      return;
    case 'input_json_delta':
      block.written = text(block.written) + text(at(delta, 'partial_json'));
      return;
    case 'citations_delta':
      block.citations = [...list(block.citations), at(delta, 'citation')];
  }
}

function readAssistantBlock(block: unknown, choice: ChoiceSummary): void {
  readBlock(block, choice.items, choice.states);
  choice.citations += list(at(block, 'citations')).length;
}

function readBlock(block: unknown, items: Item[], states: State[]): void {
  const type = text(at(block, 'type'));
  switch (type) {
    case 'text':
      return addText(items, 'text', text(at(block, 'text')));
    case 'thinking':
      addText(items, 'reasoning', text(at(block, 'thinking')));
      return addState(states, at(block, 'signature'), family);
    case 'redacted_thinking':
      return addState(states, at(block, 'data'), family);
    case 'tool_use': {
      const written = at(block, 'written');
      const input = said(written) && written !== '' ? argumentsOf(written) : argumentsOf(at(block, 'input'));
      items.push({ kind: 'call', id: text(at(block, 'id')), name: text(at(block, 'name')), input });
      return;
    }
    default:
      items.push({ kind: 'foreign', type });
  }
}

function readMessage(message: unknown, summary: RequestSummary): void {
  const role = at(message, 'role');
  const content = at(message, 'content');
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : list(content);
  for (const block of blocks) {
    if (role === 'assistant') readBlock(block, summary.items, summary.states);
    else readUserBlock(block, role, summary.items);
  }
}

function readUserBlock(block: unknown, role: unknown, items: Item[]): void {
  switch (at(block, 'type')) {
    case 'text': {
      const written = text(at(block, 'text'));
      if (written === '') return;
      if (role === 'system') items.push({ kind: 'text', role: 'system', text: written });
      else items.push({ kind: 'text', ...userOrSystem(written) });
      return;
    }
    case 'image':
    case 'document':
      // A document that is a text is one to all the others, too.
      if (at(block, 'source', 'type') === 'text') {
        const title = text(at(block, 'title'));
        const written = text(at(block, 'source', 'data'));
        items.push({ kind: 'text', role: 'user', text: title === '' ? written : `${title}\n\n${written}` });
      } else items.push(readMedium(block));
      return;
    case 'tool_result': {
      const content = at(block, 'content');
      const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : list(content);
      const media = parts.filter((part) => at(part, 'type') === 'image' || at(part, 'type') === 'document');
      items.push({
        kind: 'result',
        id: text(at(block, 'tool_use_id')),
        output: outputOf(parts.map((part) => text(at(part, 'text'))).join('')),
        media: media.map(readMedium),
        isError: at(block, 'is_error') === true,
      });
      return;
    }
    default:
      items.push({ kind: 'foreign', type: text(at(block, 'type')) });
  }
}

function readMedium(block: unknown): MediaItem {
  const source = at(block, 'source');
  const data = at(source, 'data');
  return {
    kind: 'media',
    role: 'user',
    medium: text(at(block, 'type')),
    mediaType: textIf(at(source, 'media_type')),
    source: said(data) ? digest(data) : text(at(source, 'url') ?? at(source, 'file_id')),
    detail: undefined,
  };
}

function readTool(tool: unknown, summary: RequestSummary): void {
  const type = textIf(at(tool, 'type')) ?? 'custom';
  if (type !== 'custom') {
    summary.hosted.push(type);
    return;
  }
  summary.tools.push({
    name: text(at(tool, 'name')),
    description: textIf(at(tool, 'description')),
    parameters: at(tool, 'input_schema'),
    strict: at(tool, 'strict') === true ? true : undefined,
    kind: 'function',
  });
}

function readChoice(choice: unknown): ToolChoiceSummary | undefined {
  switch (at(choice, 'type')) {
    case 'any':
      return { kind: 'required', names: [] };
    case 'none':
      return { kind: 'none', names: [] };
    case 'tool':
      return { kind: 'tool', names: [text(at(choice, 'name'))] };
    default:
      return undefined;
  }
}

function readFormat(format: unknown): FormatSummary | undefined {
  if (at(format, 'type') !== 'json_schema') return undefined;
  return { kind: 'schema', schema: at(format, 'schema'), name: undefined, strict: undefined };
}

function readReasoning(body: unknown): RequestSummary['reasoning'] {
  const thinking = at(body, 'thinking');
  const effort = textIf(at(body, 'output_config', 'effort'));
  if (!said(thinking) && effort === undefined) return undefined;
  const type = at(thinking, 'type');
  const display = at(thinking, 'display');
  return {
    isOn: type === undefined ? undefined : type !== 'disabled',
    effort,
    budget: numberIf(at(thinking, 'budget_tokens')),
    isShown: display === 'omitted' ? false : undefined,
    summary: undefined,
  };
}

function readStop(message: unknown, choice: ChoiceSummary): void {
  const reason = at(message, 'stop_reason');
  if (said(reason)) choice.finish = finishes[text(reason)] ?? 'other';
  choice.stopSequence = textIf(at(message, 'stop_sequence')) ?? choice.stopSequence;
}

const finishes: Readonly<Record<string, Finish>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'filtered',
  pause_turn: 'paused',
};

function readUsage(usage: unknown): UsageSummary | undefined {
  if (!said(at(usage, 'input_tokens')) && !said(at(usage, 'output_tokens'))) return undefined;
  const writes = count(at(usage, 'cache_creation_input_tokens'));
  const write1h = count(at(usage, 'cache_creation', 'ephemeral_1h_input_tokens'));
  return {
    input: count(at(usage, 'input_tokens')),
    cached: count(at(usage, 'cache_read_input_tokens')),
    write5m: writes - write1h,
    write1h,
    output: count(at(usage, 'output_tokens')),
    reasoning: numberIf(at(usage, 'output_tokens_details', 'thinking_tokens')),
  };
}
