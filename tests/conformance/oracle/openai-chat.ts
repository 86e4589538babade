import { argumentsOf, at, count, digest, flagIf, isPlain, list, numberIf, parse, said, text, textIf } from './plain.ts';
import { addState } from './sealed.ts';
import { countMarks, dataUrl, outputOf, pickSettings } from './settings.ts';
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

const family = 'openai';

const settingNames = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  min_p: 'minP',
  top_a: 'topA',
  frequency_penalty: 'frequencyPenalty',
  presence_penalty: 'presencePenalty',
  repetition_penalty: 'repetitionPenalty',
  seed: 'seed',
  random_seed: 'seed',
  logit_bias: 'logitBias',
  n: 'choices',
  stop: 'stop',
  user: 'user',
  metadata: 'metadata',
  service_tier: 'serviceTier',
  verbosity: 'verbosity',
  logprobs: 'logprobs',
  top_logprobs: 'topLogprobs',
  prompt_cache_key: 'promptCacheKey',
  modalities: 'modalities',
  audio: 'audio',
  web_search_options: 'webSearch',
} as const;

export const openaiChat: Oracle = {
  family,
  readRequest(written) {
    const body: unknown = parse(written);
    const summary = emptyRequest();
    summary.model = textIf(at(body, 'model'));
    summary.stream = at(body, 'stream') === true;
    summary.limit = numberIf(at(body, 'max_completion_tokens')) ?? numberIf(at(body, 'max_tokens'));
    summary.settings = pickSettings(body, settingNames, at);
    summary.settings.user ??= textIf(at(body, 'safety_identifier'));
    if (typeof summary.settings.stop === 'string') summary.settings.stop = [summary.settings.stop];
    summary.store = flagIf(at(body, 'store'));
    summary.tellsUsage = !summary.stream || at(body, 'stream_options', 'include_usage') === true;
    summary.tools = [...list(at(body, 'tools')), ...list(at(body, 'functions')).map((own) => ({ function: own }))].map(
      (tool) => {
        const isCustom = at(tool, 'type') === 'custom';
        const own = at(tool, isCustom ? 'custom' : 'function');
        return {
          name: text(at(own, 'name')),
          description: textIf(at(own, 'description')),
          parameters: isCustom ? readGrammar(at(own, 'format')) : at(own, 'parameters'),
          strict: at(own, 'strict') === true ? true : undefined,
          kind: isCustom ? 'custom' : 'function',
        };
      },
    );
    summary.toolChoice = readChoice(at(body, 'tool_choice') ?? at(body, 'function_call'));
    summary.parallel = at(body, 'parallel_tool_calls') === false ? false : undefined;
    summary.format = readFormat(at(body, 'response_format'));
    summary.reasoning = readReasoning(body);
    summary.cacheMarks = countMarks(body);
    readMessages(list(at(body, 'messages')), summary);
    return summary;
  },
  readReply(written) {
    const body: unknown = parse(written);
    const summary = emptyReply();
    if (said(at(body, 'error'))) return { ...summary, error: 'error' };
    summary.model = textIf(at(body, 'model'));
    for (const each of list(at(body, 'choices'))) {
      const choice = choiceAt(summary, count(at(each, 'index')));
      readAssistant(at(each, 'message'), choice.items, choice.states);
      choice.citations = list(at(each, 'message', 'annotations')).length;
      choice.finish = toFinish(at(each, 'finish_reason'));
      settleFinish(choice);
    }
    summary.usage = readUsage(at(body, 'usage'));
    return summary;
  },
  readStream(payloads) {
    const summary = emptyReply();
    const open = new Map<string, OpenCall>();
    const thoughts = new Map<number, Thoughts>();
    for (const payload of payloads) {
      if (payload.startsWith('[DONE]')) continue;
      readChunk(parse(payload), summary, { open, thoughts });
    }
    for (const choice of summary.choices) {
      choice.items = choice.items.map((item) => (item.kind === 'call' ? finishCall(item.id, open) : item));
      const reasoning = longest(Object.values(thoughts.get(choice.index) ?? {}));
      if (reasoning !== '') choice.items.unshift({ kind: 'reasoning', text: reasoning });
      settleFinish(choice);
    }
    return summary;
  },
};

/** The same thoughts told in up to three fields, at times in one chunk and at times in different ones. */
type Thoughts = Record<'reasoning' | 'reasoning_content' | 'reasoning_details', string>;

type OpenCall = { id: string; name: string; input: string };

/** While a stream is read, a call's id is its key among the open ones. */
function finishCall(key: string, open: ReadonlyMap<string, OpenCall>): Item {
  const call = open.get(key) ?? { id: '', name: '', input: '' };
  return { kind: 'call', id: call.id, name: call.name, input: argumentsOf(call.input) };
}

type Reading = { readonly open: Map<string, OpenCall>; readonly thoughts: Map<number, Thoughts> };

function readChunk(chunk: unknown, summary: ReplySummary, { open, thoughts }: Reading): void {
  if (said(at(chunk, 'error'))) summary.error = 'error';
  summary.model ||= textIf(at(chunk, 'model'));
  summary.usage = readUsage(at(chunk, 'usage')) ?? readUsage(at(chunk, 'x_groq', 'usage')) ?? summary.usage;
  for (const each of list(at(chunk, 'choices'))) {
    const choice = choiceAt(summary, count(at(each, 'index')));
    const delta = at(each, 'delta');
    const told = thoughts.get(choice.index) ?? { reasoning: '', reasoning_content: '', reasoning_details: '' };
    thoughts.set(choice.index, told);
    const more = thoughtsOf(delta);
    for (const name of ['reasoning', 'reasoning_content', 'reasoning_details'] as const) told[name] += more[name];
    readTexts(delta, choice.items, choice.states);
    for (const call of list(at(delta, 'tool_calls'))) openCall(call, choice, open);
    const older = at(delta, 'function_call');
    if (said(older)) openCall({ index: 'function_call', function: older }, choice, open);
    choice.citations += list(at(delta, 'annotations')).length;
    const finish = at(each, 'finish_reason');
    if (said(finish) && finish !== '') choice.finish ??= toFinish(finish);
  }
}

function openCall(call: unknown, choice: ChoiceSummary, open: Map<string, OpenCall>): void {
  const own = at(call, 'function') ?? at(call, 'custom');
  const id = text(at(call, 'id'));
  const index = `${choice.index}/${at(call, 'index') ?? id}`;
  // Some upstreams tell several calls under one index: another id is another call.
  let key = index;
  while (open.has(key) && id !== '' && open.get(key)?.id !== '' && open.get(key)?.id !== id) key += '+';
  while (id === '' && open.has(`${key}+`)) key += '+';
  let found = open.get(key);
  if (!found) {
    found = { id: '', name: '', input: '' };
    open.set(key, found);
    choice.items.push({ kind: 'call', id: key, name: '', input: '' });
  }
  if (found.id === '') found.id = id;
  if (found.name === '') found.name = text(at(own, 'name'));
  found.input += text(at(own, 'arguments')) + text(at(own, 'input'));
  readCallState(call, choice.states);
}

function readMessages(messages: readonly unknown[], summary: RequestSummary): void {
  const unanswered: { id: string; name: string }[] = [];
  let isLeading = true;
  for (const message of messages) {
    const role = at(message, 'role');
    const name = textIf(at(message, 'name'));
    if (name !== undefined && role !== 'function' && role !== 'tool') summary.names.push(name);
    if (role === 'system' || role === 'developer') {
      const texts = textsOf(at(message, 'content'));
      if (isLeading) summary.system.push(...texts);
      else summary.items.push(...texts.map((each): Item => ({ kind: 'text', role: 'system', text: each })));
      continue;
    }
    isLeading = false;
    if (role === 'user') readUser(at(message, 'content'), summary.items);
    else if (role === 'assistant') {
      const before = summary.items.length;
      readAssistant(message, summary.items, summary.states);
      for (const item of summary.items.slice(before)) if (item.kind === 'call') unanswered.push({ ...item });
    } else {
      const place = unanswered.findIndex(({ name: called }) => called === name);
      const [match] = role === 'function' && place >= 0 ? unanswered.splice(place, 1) : [];
      const id = textIf(at(message, 'tool_call_id')) ?? match?.id ?? '';
      const output = outputOf(textsOf(at(message, 'content')).join(''));
      summary.items.push({ kind: 'result', id, output, media: [], isError: false });
    }
  }
}

function textsOf(content: unknown): string[] {
  const texts = typeof content === 'string' ? [content] : list(content).map((part) => text(at(part, 'text')));
  return texts.filter((each) => each !== '');
}

function readUser(content: unknown, items: Item[]): void {
  if (typeof content === 'string') {
    if (content !== '') items.push({ kind: 'text', role: 'user', text: content });
    return;
  }
  for (const part of list(content)) {
    const written = textIf(at(part, 'text'));
    if (written === '') continue;
    if (written !== undefined) items.push({ kind: 'text', role: 'user', text: written });
    else items.push(readMedium(part));
  }
}

function readMedium(part: unknown): MediaItem {
  const url = at(part, 'image_url', 'url') ?? at(part, 'video_url', 'url') ?? at(part, 'file', 'file_data');
  const inline = dataUrl(url);
  const audio = at(part, 'input_audio');
  const medium = audio
    ? 'audio'
    : said(at(part, 'file'))
      ? mediumOfType(inline?.mediaType)
      : said(at(part, 'video_url'))
        ? 'video'
        : 'image';
  const format = textIf(at(audio, 'format'));
  const file = textIf(at(part, 'file', 'file_id'));
  return {
    kind: 'media',
    role: 'user',
    medium,
    mediaType: format === undefined ? inline?.mediaType : `audio/${format === 'mp3' ? 'mpeg' : format}`,
    source: inline ? digest(inline.data) : audio ? digest(at(audio, 'data')) : (file ?? text(url)),
    detail: textIf(at(part, 'image_url', 'detail')),
  };
}

function mediumOfType(mediaType: string | undefined): string {
  const first = (mediaType ?? '').split('/')[0] ?? '';
  return ['image', 'audio', 'video'].includes(first) ? first : 'document';
}

function readAssistant(message: unknown, items: Item[], states: State[]): void {
  addText(items, 'reasoning', longest(Object.values(thoughtsOf(message))));
  readTexts(message, items, states);
  const legacy = at(message, 'function_call');
  for (const call of [...list(at(message, 'tool_calls')), ...(said(legacy) ? [{ function: legacy, id: '' }] : [])]) {
    const custom = at(call, 'custom');
    const own = custom ?? at(call, 'function');
    const input = said(custom) ? text(at(own, 'input')) : argumentsOf(at(own, 'arguments'));
    items.push({ kind: 'call', id: text(at(call, 'id')), name: text(at(own, 'name')), input });
    readCallState(call, states);
  }
}

/** Google's own place for the signature of a call. */
function readCallState(call: unknown, states: State[]): void {
  addState(states, at(call, 'extra_content', 'google', 'thought_signature'), 'google');
}

function thoughtsOf(message: unknown): Thoughts {
  const details = list(at(message, 'reasoning_details'));
  return {
    reasoning: text(at(message, 'reasoning')),
    reasoning_content: text(at(message, 'reasoning_content')),
    reasoning_details: details.map((detail) => text(at(detail, 'text')) + text(at(detail, 'summary'))).join(''),
  };
}

/** OpenRouter's word for whose reasoning it is. */
function familyOf(detail: unknown): string {
  const format = text(at(detail, 'format'));
  if (format.startsWith('anthropic')) return 'anthropic';
  return format.startsWith('google') ? 'google' : family;
}

function longest(texts: readonly string[]): string {
  return texts.reduce((best, each) => (each.length > best.length ? each : best), '');
}

function readTexts(message: unknown, items: Item[], states: State[]): void {
  for (const detail of list(at(message, 'reasoning_details'))) {
    addState(states, at(detail, 'signature') ?? at(detail, 'data'), familyOf(detail));
  }
  const content = at(message, 'content');
  if (typeof content === 'string') addText(items, 'text', content);
  for (const part of list(content)) {
    // Mistral's thinking is a part of the content.
    for (const thought of list(at(part, 'thinking'))) addText(items, 'reasoning', text(at(thought, 'text')));
    addText(items, 'text', text(at(part, 'text')));
    addText(items, 'refusal', text(at(part, 'refusal')));
  }
  addText(items, 'refusal', text(at(message, 'refusal')));
  for (const image of list(at(message, 'images'))) items.push({ ...readMedium(image), role: 'assistant' });
  const audio = at(message, 'audio');
  addText(items, 'text', text(at(audio, 'transcript')));
  if (said(at(audio, 'data'))) {
    const source = digest(at(audio, 'data'));
    items.push({ kind: 'media', role: 'assistant', medium: 'audio', mediaType: undefined, source, detail: undefined });
  }
}

/** Nested here, flat in Responses. */
function readGrammar(format: unknown): unknown {
  const grammar = at(format, 'grammar');
  return isPlain(grammar) ? { type: 'grammar', ...grammar } : format;
}

function readChoice(choice: unknown): ToolChoiceSummary | undefined {
  if (choice === 'none' || choice === 'required') return { kind: choice, names: [] };
  const allowed = at(choice, 'allowed_tools');
  if (said(allowed)) {
    return {
      kind: at(allowed, 'mode') === 'required' ? 'allowed-required' : 'allowed',
      names: list(at(allowed, 'tools')).map((tool) => text(at(tool, text(at(tool, 'type')), 'name'))),
    };
  }
  const name =
    textIf(at(choice, 'function', 'name')) ?? textIf(at(choice, 'custom', 'name')) ?? textIf(at(choice, 'name'));
  return name === undefined ? undefined : { kind: 'tool', names: [name] };
}

function readFormat(format: unknown): FormatSummary | undefined {
  const type = at(format, 'type');
  if (type === 'json_object') return { kind: 'json', schema: undefined, name: undefined, strict: undefined };
  if (type !== 'json_schema') return undefined;
  const own = at(format, 'json_schema');
  return {
    kind: 'schema',
    schema: at(own, 'schema'),
    name: textIf(at(own, 'name')),
    strict: at(own, 'strict') === true ? true : undefined,
  };
}

function readReasoning(body: unknown): RequestSummary['reasoning'] {
  const effort = textIf(at(body, 'reasoning_effort')) ?? textIf(at(body, 'reasoning', 'effort'));
  const budget = numberIf(at(body, 'reasoning', 'max_tokens'));
  // DeepSeek's switch.
  const type = at(body, 'thinking', 'type') ?? at(body, 'reasoning', 'enabled');
  if (effort === undefined && budget === undefined && type === undefined) return undefined;
  return {
    isOn: effort !== 'none' && budget !== 0 && type !== 'disabled' && type !== false,
    effort,
    budget,
    isShown: undefined,
    summary: undefined,
  };
}

function readUsage(usage: unknown): UsageSummary | undefined {
  if (!said(usage) || !said(at(usage, 'prompt_tokens'))) return undefined;
  const cached = count(at(usage, 'prompt_tokens_details', 'cached_tokens') ?? at(usage, 'prompt_cache_hit_tokens'));
  const write5m = count(at(usage, 'prompt_tokens_details', 'cache_write_tokens'));
  const completion = count(at(usage, 'completion_tokens'));
  const reasoning = count(at(usage, 'completion_tokens_details', 'reasoning_tokens'));
  // At xAI what was thought is not among the completion's tokens; the total shows it.
  const apart = count(at(usage, 'prompt_tokens')) + completion + reasoning;
  const isApart = reasoning > 0 && count(at(usage, 'total_tokens')) === apart;
  return {
    input: count(at(usage, 'prompt_tokens')) - cached - write5m,
    cached,
    write5m,
    write1h: 0,
    output: completion + (isApart ? reasoning : 0),
    reasoning,
  };
}

const finishes: Readonly<Record<string, Finish>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'filtered',
  // Together's word.
  eos: 'stop',
};

function toFinish(reason: unknown): Finish | undefined {
  return said(reason) ? (finishes[text(reason)] ?? 'other') : undefined;
}
