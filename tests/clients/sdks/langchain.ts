// LangChain's three chat models. It has no loop of its own below LangGraph: bindTools, and the program calls.
import assert from 'node:assert/strict';
import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  type UsageMetadata,
} from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOpenAI } from '@langchain/openai';
import { fieldOf } from '../feature.ts';
import {
  type Door,
  type Driver,
  Pieces,
  type Question,
  type Reasoned,
  roundsMax,
  runTool,
  type SdkRow,
  type Tool,
  withSignal,
} from './sdk-row.ts';

/** What each class calls the same settings. */
type Settings = { readonly model: string; readonly tokensMax: number | undefined; readonly thinks: boolean };

type Maker = Pick<SdkRow, 'name' | 'surface' | 'dialect' | 'lacks' | 'finish'> & {
  modelOf(door: Door, settings: Settings): BaseChatModel;
  /** OpenAI's form, which LangChain takes everywhere, unless it is said otherwise. */
  readonly fileOf?: (mediaType: string, data: string) => Record<string, unknown> & { readonly type: string };
};

const thinking = {
  reasoning: { effort: 'low', summary: 'auto' },
  include: ['reasoning.encrypted_content'],
  store: false,
};

const noHeaders = 'it shows no headers of an answer';

const makers: readonly Maker[] = [
  {
    name: 'langchain openai',
    surface: '/v1/chat/completions',
    dialect: 'openai-chat',
    modelOf: ({ url, key }, { model, tokensMax }) =>
      new ChatOpenAI({ model, apiKey: key, configuration: { baseURL: `${url}/v1` }, ...limit('maxTokens', tokensMax) }),
    finish: { stop: 'stop', length: 'length' },
    lacks: {
      'request-id': noHeaders,
      reasoning: 'it reads no reasoning in chat',
      'reasoning-streamed': 'it reads no reasoning in chat',
    },
  },
  {
    name: 'langchain openai',
    surface: '/v1/responses',
    dialect: 'openai-responses',
    modelOf: ({ url, key }, { model, tokensMax, thinks }) =>
      new ChatOpenAI({
        model,
        apiKey: key,
        configuration: { baseURL: `${url}/v1` },
        useResponsesApi: true,
        // Its own settings hold for models whose names it knows.
        ...(thinks ? { modelKwargs: thinking } : {}),
        ...limit('maxTokens', tokensMax),
      }),
    finish: { stop: 'completed', length: 'max_output_tokens' },
    lacks: { 'request-id': noHeaders },
  },
  {
    name: 'langchain anthropic',
    surface: '/v1/messages',
    dialect: 'anthropic-messages',
    modelOf: ({ url, key }, { model, tokensMax, thinks }) =>
      new ChatAnthropic({
        model,
        apiKey: key,
        anthropicApiUrl: url,
        maxTokens: tokensMax ?? 4096,
        ...(thinks ? { thinking: { type: 'enabled', budget_tokens: 1024 } } : {}),
      }),
    finish: { stop: 'end_turn', length: 'max_tokens' },
    lacks: {
      'request-id': noHeaders,
      'usage-streamed': 'it adds the output count of message_start to the last one, which holds it already',
    },
  },
  {
    name: 'langchain google',
    surface: '/v1beta/models',
    dialect: 'gemini-generate',
    modelOf: ({ url, key, plainNames }, { model, tokensMax, thinks }) =>
      new ChatGoogleGenerativeAI({
        // Of a name with a slash it makes a path without /models, unless the name brings its own; the first it takes away.
        model: plainNames ? model : `models/models/${model}`,
        apiKey: key,
        baseUrl: url,
        ...(thinks ? { thinkingConfig: { includeThoughts: true } } : {}),
        ...limit('maxOutputTokens', tokensMax),
      }),
    // The usual form it refuses for models whose name does not begin with gemini.
    fileOf: (mimeType, data) => ({ type: 'media', mimeType, data }),
    finish: { stop: 'STOP', length: 'MAX_TOKENS' },
    lacks: {
      'request-id': noHeaders,
      'usage-streamed': 'it adds up the cached count that each chunk of Gemini repeats',
    },
  },
];

export const langchainRows: readonly SdkRow[] = makers.map(({ modelOf, fileOf = usualFile, ...row }) => ({
  ...row,
  open: (door) => driverOf((settings) => modelOf(door, settings), fileOf),
  isRefusal: (error, status) => fieldOf(error, 'status') === status,
}));

function usualFile(mediaType: string, data: string) {
  if (mediaType.startsWith('image/'))
    return { type: 'image_url', image_url: { url: `data:${mediaType};base64,${data}` } };
  return { type: 'file', source_type: 'base64', mime_type: mediaType, data, metadata: { filename: 'tides.pdf' } };
}

function driverOf(modelOf: (settings: Settings) => BaseChatModel, fileOf: NonNullable<Maker['fileOf']>): Driver {
  const plain = ({ model, tokensMax }: Question, thinks = false) => modelOf({ model, tokensMax, thinks });
  return {
    async ask(question) {
      const message = await plain(question).invoke(messagesOf(question, fileOf));
      return { ...answerOf(message), text: message.text, requestId: undefined };
    },
    async stream(question, watch) {
      const pieces = new Pieces(watch);
      let whole: AIMessageChunk | undefined;
      for await (const chunk of await plain(question).stream(messagesOf(question), withSignal(watch))) {
        pieces.add(chunk.text);
        whole = whole === undefined ? chunk : whole.concat(chunk);
      }
      return { ...answerOf(whole), text: pieces.text, pieces: pieces.all };
    },
    loop: async (question, tools, stream) => (await runTools(plain(question), question, tools, stream)).text,
    shape: (question, schema) => plain(question).withStructuredOutput(schema).invoke(messagesOf(question)),
    reason: (question, tools, stream) => runTools(plain(question, true), question, tools, stream),
  };
}

async function runTools(
  model: BaseChatModel,
  question: Question,
  tools: readonly Tool[],
  stream: boolean,
): Promise<Reasoned> {
  const bound = model.bindTools?.(tools.map(declarationOf)) ?? assert.fail('it cannot bind tools');
  const messages: BaseMessage[] = messagesOf(question);
  const reasoning: string[] = [];
  for (let round = 0; round < roundsMax; round += 1) {
    const message = stream ? await joined(await bound.stream(messages)) : await bound.invoke(messages);
    reasoning.push(...message.contentBlocks.map(reasoningOf));
    const calls = message.tool_calls ?? [];
    if (calls.length === 0) return { reasoning: reasoning.join(''), text: message.text };
    messages.push(message);
    for (const { id = '', name, args } of calls)
      messages.push(new ToolMessage({ tool_call_id: id, name, content: runTool(tools, name, args) }));
  }
  return assert.fail('no end of tool calls');
}

/** Its common form of a thought, and the one that it leaves Google's in. */
function reasoningOf(block: unknown): string {
  return String(fieldOf(block, 'reasoning') ?? fieldOf(block, 'thinking') ?? '');
}

async function joined(stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of stream) whole = whole === undefined ? chunk : whole.concat(chunk);
  return whole ?? assert.fail('nothing was streamed');
}

function messagesOf(
  { text, system, png, pdf }: Question,
  fileOf: NonNullable<Maker['fileOf']> = usualFile,
): BaseMessage[] {
  const files = [
    ...(png === undefined ? [] : [fileOf('image/png', png)]),
    ...(pdf === undefined ? [] : [fileOf('application/pdf', pdf)]),
  ];
  const content = files.length === 0 ? text : [{ type: 'text', text }, ...files];
  return [...(system === undefined ? [] : [new SystemMessage(system)]), new HumanMessage({ content })];
}

/** Three generations of places for the same two words. */
function answerOf(message: AIMessageChunk | undefined) {
  const meta = message?.response_metadata;
  const incomplete = fieldOf(meta?.incomplete_details, 'reason');
  const finish = incomplete ?? meta?.finish_reason ?? meta?.finishReason ?? meta?.stop_reason ?? meta?.status;
  const said = message?.additional_kwargs.stop_reason;
  // As read by the strict compiler its own type of this member has no members.
  const usage = message?.usage_metadata as UsageMetadata | undefined;
  return {
    finish: finish === undefined && said === undefined ? undefined : String(finish ?? said),
    usage: usage && {
      input: usage.input_tokens,
      cached: usage.input_token_details?.cache_read ?? 0,
      output: usage.output_tokens,
    },
  };
}

function declarationOf({ name, description, input, run }: Tool) {
  return tool((given: unknown) => run(given), { name, description, schema: input });
}

function limit<Name extends string>(name: Name, tokensMax: number | undefined): { [key in Name]?: number } {
  return tokensMax === undefined ? {} : ({ [name]: tokensMax } as { [key in Name]?: number });
}
