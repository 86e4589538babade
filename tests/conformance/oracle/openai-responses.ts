import {
  argumentsOf,
  at,
  count,
  digest,
  flagIf,
  list,
  numberIf,
  type Plain,
  parse,
  said,
  text,
  textIf,
} from './plain.ts';
import { addState } from './sealed.ts';
import { dataUrl, outputOf, pickSettings } from './settings.ts';
import {
  addText,
  choiceAt,
  emptyReply,
  emptyRequest,
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

const family = 'openai';

const settingNames = {
  temperature: 'temperature',
  top_p: 'topP',
  user: 'user',
  metadata: 'metadata',
  service_tier: 'serviceTier',
  prompt_cache_key: 'promptCacheKey',
  truncation: 'truncation',
  include: 'include',
  max_tool_calls: 'maxToolCalls',
} as const;

export const openaiResponses: Oracle = {
  family,
  readRequest(written) {
    const body: unknown = parse(written);
    const summary = emptyRequest();
    summary.model = textIf(at(body, 'model'));
    summary.stream = at(body, 'stream') === true;
    summary.store = flagIf(at(body, 'store'));
    summary.limit = numberIf(at(body, 'max_output_tokens'));
    summary.settings = pickSettings(body, settingNames, at);
    summary.settings.user ??= textIf(at(body, 'safety_identifier'));
    // Asking for the proof of the reasoning is what makes it come back; it says nothing to other dialects.
    const ours = ['reasoning.encrypted_content', 'message.output_text.logprobs'];
    if (list(summary.settings.include).includes(ours[1])) summary.settings.logprobs = true;
    if (list(summary.settings.include).every((each) => ours.includes(text(each)))) delete summary.settings.include;
    const verbosity = at(body, 'text', 'verbosity');
    if (said(verbosity)) summary.settings.verbosity = verbosity;
    const logprobs = numberIf(at(body, 'top_logprobs'));
    if (logprobs !== undefined && logprobs > 0) {
      summary.settings.logprobs = true;
      summary.settings.topLogprobs = logprobs;
    }
    for (const tool of list(at(body, 'tools'))) readTool(tool, summary);
    summary.toolChoice = readChoice(at(body, 'tool_choice'));
    summary.parallel = at(body, 'parallel_tool_calls') === false ? false : undefined;
    summary.format = readFormat(at(body, 'text', 'format'));
    summary.reasoning = readReasoning(at(body, 'reasoning'));
    readInput(body, summary);
    return summary;
  },
  readReply: (written) => readResponse(parse(written)),
  readStream(payloads) {
    const events = payloads.filter((payload) => !payload.startsWith('[DONE]')).map((each): unknown => parse(each));
    const last = events.findLast((event) => /^response\.(completed|incomplete|failed)$/.test(text(at(event, 'type'))));
    const hasError = events.some((event) => at(event, 'type') === 'error');
    const summary = last === undefined ? emptyReply() : readResponse(withDoneItems(at(last, 'response'), events));
    if (hasError) summary.error = 'error';
    const first = events.find((event) => at(event, 'type') === 'response.created');
    summary.model ??= textIf(at(first, 'response', 'model'));
    return summary;
  },
};

/**
 * The items as they were when they were done: some vendors' last event has no output, and encrypted reasoning is
 * encrypted anew each time that it is told.
 */
function withDoneItems(response: unknown, events: readonly unknown[]): unknown {
  const output = [...list(at(response, 'output'))];
  const isTold = output.length > 0;
  for (const event of events) {
    if (at(event, 'type') !== 'response.output_item.done') continue;
    const item = at(event, 'item');
    const place = output.findIndex((each) => at(each, 'id') === at(item, 'id'));
    if (isTold && place >= 0) output[place] = item;
    else if (!isTold) output[count(at(event, 'output_index'))] = item;
  }
  return { ...(response as Plain), output: output.filter(said) };
}

function readResponse(body: unknown): ReplySummary {
  const summary = emptyReply();
  summary.model = textIf(at(body, 'model'));
  const status = text(at(body, 'status'));
  summary.usage = readUsage(at(body, 'usage'));
  if (status === 'failed' || (said(at(body, 'error')) && !said(at(body, 'output'))))
    return { ...summary, error: 'error' };
  const choice = choiceAt(summary, 0);
  for (const item of list(at(body, 'output'))) readItem(item, choice);
  if (status === 'completed') choice.finish = 'stop';
  else if (status === 'incomplete') {
    const reason = at(body, 'incomplete_details', 'reason');
    choice.finish = reason === 'max_output_tokens' ? 'length' : reason === 'content_filter' ? 'filtered' : 'other';
  } else if (status !== 'in_progress' && status !== 'queued') choice.finish = 'other';
  settleFinish(choice);
  return summary;
}

type Into = { readonly items: Item[]; readonly states: State[]; citations: number };

function readItem(item: unknown, into: Into): void {
  const { items, states } = into;
  const type = textIf(at(item, 'type')) ?? 'message';
  switch (type) {
    case 'message':
      for (const part of list(at(item, 'content'))) {
        addText(items, 'text', text(at(part, 'text')));
        addText(items, 'refusal', text(at(part, 'refusal')));
        into.citations += list(at(part, 'annotations')).length;
      }
      return;
    case 'reasoning': {
      // Each part is a paragraph with a title of its own.
      const parts = [...list(at(item, 'summary')), ...list(at(item, 'content'))];
      addText(items, 'reasoning', parts.map((part) => text(at(part, 'text'))).join('\n\n'));
      addState(states, at(item, 'encrypted_content'), family);
      return;
    }
    case 'function_call':
    case 'custom_tool_call': {
      const input = type === 'function_call' ? argumentsOf(at(item, 'arguments')) : text(at(item, 'input'));
      const space = textIf(at(item, 'namespace'));
      const name = (space === undefined ? '' : `${space}__`) + text(at(item, 'name'));
      items.push({ kind: 'call', id: text(at(item, 'call_id')), name, input });
      return;
    }
    case 'image_generation_call':
      if (text(at(item, 'result')) !== '') {
        const source = digest(at(item, 'result'));
        items.push({
          kind: 'media',
          role: 'assistant',
          medium: 'image',
          mediaType: undefined,
          source,
          detail: undefined,
        });
      }
      return;
    default:
      items.push({ kind: 'foreign', type });
  }
}

function readInput(body: unknown, summary: RequestSummary): void {
  const instructions = text(at(body, 'instructions'));
  if (instructions !== '') summary.system.push(instructions);
  const input = at(body, 'input');
  const given = typeof input === 'string' ? [{ role: 'user', content: input }] : list(input);
  let isLeading = true;
  for (const item of given) {
    const role = at(item, 'role');
    const isMessage = (at(item, 'type') ?? 'message') === 'message';
    const isSystem = isMessage && (role === 'system' || role === 'developer');
    if (!isSystem) isLeading = false;
    if (isSystem && isLeading) {
      summary.system.push(...textsOf(at(item, 'content')));
    } else if (isMessage && role === 'assistant' && typeof at(item, 'content') === 'string') {
      addText(summary.items, 'text', text(at(item, 'content')));
    } else if (isMessage && role !== 'assistant') {
      readUser(at(item, 'content'), isSystem ? 'system' : 'user', summary.items);
    } else if (/^(function|custom_tool)_call_output$/.test(text(at(item, 'type')))) {
      summary.items.push(readResult(item));
    } else readItem(item, { items: summary.items, states: summary.states, citations: 0 });
  }
}

function textsOf(content: unknown): string[] {
  const texts = typeof content === 'string' ? [content] : list(content).map((part) => text(at(part, 'text')));
  return texts.filter((each) => each !== '');
}

function readUser(content: unknown, role: 'system' | 'user', items: Item[]): void {
  const parts = typeof content === 'string' ? [{ text: content }] : list(content);
  for (const part of parts) {
    const written = textIf(at(part, 'text'));
    if (written === '') continue;
    items.push(written === undefined ? readMedium(part) : { kind: 'text', role, text: written });
  }
}

function readMedium(part: unknown): MediaItem {
  const isFile = at(part, 'type') === 'input_file';
  const url = at(part, 'image_url') ?? at(part, 'file_data') ?? at(part, 'file_url');
  const inline = dataUrl(url);
  const audio = at(part, 'input_audio', 'data');
  return {
    kind: 'media',
    role: 'user',
    medium: at(part, 'type') === 'input_audio' ? 'audio' : isFile ? 'document' : 'image',
    mediaType: inline?.mediaType,
    source: said(audio) ? digest(audio) : inline ? digest(inline.data) : text(url ?? at(part, 'file_id')),
    detail: textIf(at(part, 'detail')),
  };
}

function readResult(item: unknown): Item {
  const output = at(item, 'output');
  const parts = typeof output === 'string' ? [{ text: output }] : list(output);
  const media = parts.filter((part) => /^input_(image|file|audio)$/.test(text(at(part, 'type'))));
  return {
    kind: 'result',
    id: text(at(item, 'call_id')),
    output: outputOf(parts.map((part) => text(at(part, 'text'))).join('')),
    media: media.map(readMedium),
    isError: false,
  };
}

function readTool(tool: unknown, summary: RequestSummary): void {
  const type = text(at(tool, 'type'));
  if (type === 'namespace') {
    for (const [place, own] of list(at(tool, 'tools')).entries()) {
      const read = readFunction(own, `${text(at(tool, 'name'))}__`);
      // What is said of all of them is said once, with the first.
      const words = [place === 0 ? textIf(at(tool, 'description')) : undefined, read.description].filter(
        (each) => each,
      );
      summary.tools.push({ ...read, description: words.join('\n\n') });
    }
  } else if (type === 'function' || type === 'custom') summary.tools.push(readFunction(tool, ''));
  else summary.hosted.push(type);
}

function readFunction(tool: unknown, prefix: string): RequestSummary['tools'][number] {
  const isCustom = at(tool, 'type') === 'custom';
  return {
    name: prefix + text(at(tool, 'name')),
    description: textIf(at(tool, 'description')),
    parameters: at(tool, isCustom ? 'format' : 'parameters'),
    strict: at(tool, 'strict') === true ? true : undefined,
    kind: isCustom ? 'custom' : 'function',
  };
}

function readChoice(choice: unknown): ToolChoiceSummary | undefined {
  if (choice === 'none' || choice === 'required') return { kind: choice, names: [] };
  if (at(choice, 'type') === 'allowed_tools') {
    const kind = at(choice, 'mode') === 'required' ? 'allowed-required' : 'allowed';
    return { kind, names: list(at(choice, 'tools')).map((tool) => (isTool(tool) ? text(at(tool, 'name')) : '')) };
  }
  const name = textIf(at(choice, 'name'));
  return name === undefined ? undefined : { kind: 'tool', names: [name] };
}

function isTool(tool: unknown): boolean {
  return at(tool, 'type') === 'function' || at(tool, 'type') === 'custom';
}

function readFormat(format: unknown): FormatSummary | undefined {
  const type = at(format, 'type');
  if (type === 'json_object') return { kind: 'json', schema: undefined, name: undefined, strict: undefined };
  if (type !== 'json_schema') return undefined;
  return {
    kind: 'schema',
    schema: at(format, 'schema'),
    name: textIf(at(format, 'name')),
    strict: at(format, 'strict') === true ? true : undefined,
  };
}

function readReasoning(reasoning: unknown): RequestSummary['reasoning'] {
  const effort = textIf(at(reasoning, 'effort'));
  const summary = textIf(at(reasoning, 'summary')) ?? textIf(at(reasoning, 'generate_summary'));
  if (effort === undefined && summary === undefined) return undefined;
  return {
    isOn: effort === undefined ? undefined : effort !== 'none',
    effort,
    budget: undefined,
    isShown: undefined,
    summary,
  };
}

function readUsage(usage: unknown): UsageSummary | undefined {
  if (!said(usage)) return undefined;
  const cached = count(at(usage, 'input_tokens_details', 'cached_tokens'));
  const write5m = count(at(usage, 'input_tokens_details', 'cache_write_tokens'));
  return {
    input: count(at(usage, 'input_tokens')) - cached - write5m,
    cached,
    write5m,
    write1h: 0,
    output: count(at(usage, 'output_tokens')),
    reasoning: count(at(usage, 'output_tokens_details', 'reasoning_tokens')),
  };
}
