import { Buffer } from 'node:buffer';
import {
  argumentsOf,
  at,
  count,
  digest,
  eitherCase,
  list,
  numberIf,
  type Plain,
  parse,
  said,
  text,
  textIf,
} from './plain.ts';
import { addState } from './sealed.ts';
import { outputOf, pickSettings, userOrSystem } from './settings.ts';
import {
  addText,
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

const family = 'google';

const settingNames = {
  temperature: 'temperature',
  topP: 'topP',
  topK: 'topK',
  frequencyPenalty: 'frequencyPenalty',
  presencePenalty: 'presencePenalty',
  seed: 'seed',
  candidateCount: 'choices',
  stopSequences: 'stop',
  responseLogprobs: 'logprobs',
  logprobs: 'topLogprobs',
} as const;

export const geminiGenerate: Oracle = {
  family,
  readRequest(written, url) {
    const body: unknown = parse(written);
    const summary = emptyRequest();
    const [, model, verb] = /models\/([^:/?]+):(\w+)/.exec(url) ?? [];
    summary.model = model === undefined ? undefined : decodeURIComponent(model);
    summary.stream = verb === 'streamGenerateContent';
    const config = eitherCase(body, 'generationConfig');
    summary.limit = numberIf(eitherCase(config, 'maxOutputTokens'));
    summary.settings = pickSettings(config, settingNames, eitherCase);
    const media = list(eitherCase(config, 'responseModalities')).map((each) => text(each).toLowerCase());
    if (media.some((each) => each !== 'text')) summary.settings.modalities = media;
    const tier = textIf(eitherCase(body, 'serviceTier'));
    if (tier !== undefined && tier !== 'standard') summary.settings.serviceTier = tier;
    for (const tool of list(at(body, 'tools'))) readTool(tool, summary);
    summary.toolChoice = readChoice(eitherCase(eitherCase(body, 'toolConfig'), 'functionCallingConfig'));
    summary.format = readFormat(config);
    summary.reasoning = readReasoning(eitherCase(config, 'thinkingConfig'));
    const system = eitherCase(body, 'systemInstruction');
    const systemTexts =
      typeof system === 'string' ? [system] : list(at(system, 'parts')).map((part) => text(at(part, 'text')));
    summary.system = systemTexts.filter((each) => each !== '');
    readContents(list(at(body, 'contents')), summary);
    return summary;
  },
  readReply: (written) => readChunks([parse(written)]),
  readStream: (payloads) => readChunks(payloads.map((payload): unknown => parse(payload))),
};

function readChunks(chunks: readonly unknown[]): ReplySummary {
  const summary = emptyReply();
  let usage: Plain = {};
  for (const chunk of chunks) {
    if (said(at(chunk, 'error'))) summary.error = 'error';
    summary.model ??= textIf(at(chunk, 'modelVersion'));
    const told = at(chunk, 'usageMetadata');
    if (typeof told === 'object' && told !== null) usage = { ...usage, ...told };
    if (said(at(chunk, 'promptFeedback', 'blockReason'))) choiceAt(summary, 0).finish = 'filtered';
    for (const candidate of list(at(chunk, 'candidates'))) readCandidate(candidate, summary);
  }
  for (const choice of summary.choices) settleFinish(choice);
  if (said(usage.promptTokenCount) || said(usage.candidatesTokenCount)) summary.usage = readUsage(usage);
  return summary;
}

function readCandidate(candidate: unknown, summary: ReplySummary): void {
  const choice = choiceAt(summary, count(at(candidate, 'index')));
  for (const part of list(at(candidate, 'content', 'parts'))) {
    if (goesOn(part, choice.items)) continue;
    readPart(part, 'assistant', choice.items, choice.states);
    const call = choice.items.at(-1);
    if (call?.kind === 'call' && call.id === '') {
      call.id = `gemini/${choice.items.filter(({ kind }) => kind === 'call').length}`;
    }
  }
  const role = at(candidate, 'content', 'role');
  if (said(role) && role !== 'model') summary.error = 'error';
  choice.citations += list(at(candidate, 'groundingMetadata', 'groundingSupports')).length;
  const reason = at(candidate, 'finishReason');
  if (said(reason) && reason !== 'FINISH_REASON_UNSPECIFIED') choice.finish = finishes[text(reason)] ?? 'other';
}

/** A call whose arguments come in pieces: `partialArgs` say where each belongs; a nameless part belongs to the last. */
function goesOn(part: unknown, items: Item[]): boolean {
  const call = at(part, 'functionCall');
  const open = items.at(-1);
  if (!said(call) || said(at(call, 'name')) || open?.kind !== 'call') return false;
  for (const piece of list(at(call, 'partialArgs'))) putPiece(open.input, piece);
  return true;
}

function putPiece(input: unknown, piece: unknown): void {
  const names = text(at(piece, 'jsonPath')).match(/[^.[\]$']+/g) ?? [];
  let into = input as Record<string, unknown>;
  for (const [place, name] of names.slice(0, -1).entries()) {
    into[name] ??= /^\d+$/.test(names[place + 1] ?? '') ? [] : {};
    into = into[name] as Record<string, unknown>;
  }
  const last = names.at(-1);
  if (last === undefined) return;
  const written = textIf(at(piece, 'stringValue'));
  if (written !== undefined) into[last] = text(into[last]) + written;
  else into[last] = at(piece, 'numberValue') ?? at(piece, 'boolValue') ?? null;
}

function readContents(contents: readonly unknown[], summary: RequestSummary): void {
  const unanswered: { readonly id: string; readonly name: string }[] = [];
  let calls = 0;
  for (const content of contents) {
    const named = at(content, 'role') ?? 'user';
    const role = named === 'model' ? 'assistant' : 'user';
    if (role === 'user' && named !== 'user' && named !== 'function') throw new Error(`no such role: ${text(named)}`);
    for (const part of list(at(content, 'parts'))) {
      const before = summary.items.length;
      readPart(part, role, summary.items, summary.states);
      const item = summary.items.length > before ? summary.items.at(-1) : undefined;
      if (item?.kind === 'call') {
        calls += 1;
        if (item.id === '') item.id = `gemini/${calls}`;
        unanswered.push({ id: item.id, name: item.name });
      }
      if (item?.kind === 'result') answer(item, text(at(eitherCase(part, 'functionResponse'), 'name')), unanswered);
    }
  }
}

/** Results without an id answer the calls of their name in order. */
function answer(
  item: Item & { kind: 'result' },
  name: string,
  unanswered: { readonly id: string; readonly name: string }[],
): void {
  const place = unanswered.findIndex((call) => (item.id === '' ? call.name === name : call.id === item.id));
  const [match] = place < 0 ? [] : unanswered.splice(place, 1);
  // Some of Google's models know a result by its name alone.
  if (match) item.id = match.name === name ? match.id : `${match.id} of another name`;
}

function readPart(part: unknown, role: 'user' | 'assistant', items: Item[], states: State[]): void {
  const signature = textIf(eitherCase(part, 'thoughtSignature'));
  addState(states, signature, family);
  const call = eitherCase(part, 'functionCall');
  const response = eitherCase(part, 'functionResponse');
  const written = textIf(at(part, 'text'));
  if (said(call)) {
    const input = argumentsOf(at(call, 'args'));
    items.push({ kind: 'call', id: text(at(call, 'id')), name: text(at(call, 'name')), input });
  } else if (said(response)) {
    const output = at(response, 'response');
    items.push({
      kind: 'result',
      id: text(at(response, 'id')),
      output: outputOf(output),
      media: list(at(response, 'parts')).map((each) => readMedium(each, 'user')),
      isError: isError(output),
    });
  } else if (said(eitherCase(part, 'inlineData')) || said(eitherCase(part, 'fileData'))) {
    const data = at(eitherCase(part, 'inlineData'), 'data');
    const isText = eitherCase(eitherCase(part, 'inlineData'), 'mimeType') === 'text/plain';
    if (isText) items.push({ kind: 'text', role, text: Buffer.from(text(data), 'base64').toString('utf8') });
    else items.push(readMedium(part, role));
  } else if (written !== undefined) {
    if (at(part, 'thought') === true) addText(items, 'reasoning', written);
    else if (role === 'assistant') addText(items, 'text', written);
    else if (written !== '') items.push({ kind: 'text', ...userOrSystem(written) });
  } else if (signature === undefined) {
    items.push({ kind: 'foreign', type: Object.keys(part as Plain).join(' ') });
  }
}

function isError(output: unknown): boolean {
  return said(at(output, 'error')) && Object.keys(output as Plain).length === 1;
}

function readMedium(part: unknown, role: 'user' | 'assistant'): MediaItem {
  const inline = eitherCase(part, 'inlineData');
  const file = eitherCase(part, 'fileData');
  // Two names of one thing.
  const mediaType = textIf(eitherCase(inline ?? file, 'mimeType'))?.replace('audio/mp3', 'audio/mpeg');
  const first = (mediaType ?? '').split('/')[0] ?? '';
  return {
    kind: 'media',
    role,
    medium: ['image', 'audio', 'video'].includes(first) ? first : 'document',
    mediaType,
    source: said(inline) ? digest(at(inline, 'data')) : text(eitherCase(file, 'fileUri')),
    detail: undefined,
  };
}

function readTool(tool: unknown, summary: RequestSummary): void {
  for (const own of list(eitherCase(tool, 'functionDeclarations'))) {
    summary.tools.push({
      name: text(at(own, 'name')),
      description: textIf(at(own, 'description')),
      parameters: eitherCase(own, 'parametersJsonSchema') ?? toJsonSchema(at(own, 'parameters')),
      strict: undefined,
      kind: 'function',
    });
  }
  for (const name of Object.keys(tool as Plain)) {
    if (name !== 'functionDeclarations' && name !== 'function_declarations') summary.hosted.push(name);
  }
}

/** Gemini's schema of its own: types in capitals, `nullable`, `propertyOrdering`. */
function toJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  const made: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema)) {
    if (name === 'type' && typeof value === 'string') made.type = value.toLowerCase();
    else if (name === 'property_ordering' || name === 'propertyOrdering' || name === 'nullable') continue;
    else if (name === 'any_of') made.anyOf = toJsonSchema(value);
    else if (name === 'properties') {
      made.properties = Object.fromEntries(
        Object.entries(value as Plain).map(([property, own]) => [property, toJsonSchema(own)]),
      );
    } else if (['items', 'anyOf', 'additionalProperties', '$defs'].includes(name)) made[name] = toJsonSchema(value);
    else made[name] = /^(min|max)(Items|Length|Properties)$/.test(name) ? Number(value) : value;
  }
  if (at(schema, 'nullable') === true && typeof made.type === 'string') made.type = [made.type, 'null'];
  return made;
}

function readChoice(config: unknown): ToolChoiceSummary | undefined {
  const names = list(eitherCase(config, 'allowedFunctionNames')).map(text);
  switch (at(config, 'mode')) {
    case 'NONE':
      return { kind: 'none', names: [] };
    case 'ANY':
      if (names.length === 0) return { kind: 'required', names };
      return { kind: names.length === 1 ? 'tool' : 'allowed-required', names };
    case 'VALIDATED':
      return names.length === 0 ? undefined : { kind: 'allowed', names };
    default:
      return undefined;
  }
}

function readFormat(config: unknown): FormatSummary | undefined {
  if (eitherCase(config, 'responseMimeType') !== 'application/json') return undefined;
  const schema = eitherCase(config, 'responseJsonSchema') ?? eitherCase(config, '_responseJsonSchema');
  const own = toJsonSchema(eitherCase(config, 'responseSchema'));
  if (said(schema) || said(own)) return { kind: 'schema', schema: schema ?? own, name: undefined, strict: undefined };
  return { kind: 'json', schema: undefined, name: undefined, strict: undefined };
}

function readReasoning(config: unknown): RequestSummary['reasoning'] {
  const budget = numberIf(eitherCase(config, 'thinkingBudget'));
  const level = textIf(eitherCase(config, 'thinkingLevel'));
  const shows = eitherCase(config, 'includeThoughts');
  if (budget === undefined && level === undefined && shows === undefined) return undefined;
  return {
    isOn: budget === undefined && level === undefined ? undefined : budget !== 0,
    effort: level?.toLowerCase(),
    budget,
    isShown: typeof shows === 'boolean' ? shows : undefined,
    summary: undefined,
  };
}

function readUsage(usage: Plain): UsageSummary {
  const cached = count(usage.cachedContentTokenCount);
  const thoughts = count(usage.thoughtsTokenCount);
  return {
    input: count(usage.promptTokenCount) + count(usage.toolUsePromptTokenCount) - cached,
    cached,
    write5m: 0,
    write1h: 0,
    output: count(usage.candidatesTokenCount) + thoughts,
    reasoning: thoughts,
  };
}

const filtered =
  'SAFETY RECITATION BLOCKLIST PROHIBITED_CONTENT SPII MODEL_ARMOR IMAGE_SAFETY IMAGE_PROHIBITED_CONTENT IMAGE_RECITATION LANGUAGE';

const finishes: Readonly<Record<string, Finish>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  ...Object.fromEntries(filtered.split(' ').map((word) => [word, 'filtered'])),
};
