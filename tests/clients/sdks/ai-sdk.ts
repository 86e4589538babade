// The AI SDK with each provider package that its users have, each at its own surface.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { APICallError, generateText, isStepCount, type LanguageModel, Output, streamText, tool } from 'ai';
import { fieldOf } from '../feature.ts';
import { type Door, type Driver, Pieces, type Question, roundsMax, type SdkRow, type Tool } from './sdk-row.ts';

type Provider = Pick<SdkRow, 'name' | 'surface' | 'dialect' | 'lacks' | 'servedAt'> & {
  modelOf(door: Door): (id: string) => LanguageModel;
  /** What a program sets so that a model whose name the package does not know thinks. */
  readonly thinks: NonNullable<Parameters<typeof generateText>[0]['providerOptions']>;
};

// Its warnings about models that it does not know would fill the screen.
Reflect.set(globalThis, 'AI_SDK_LOG_WARNINGS', false);

const providers: readonly Provider[] = [
  {
    name: 'ai 7, openai',
    surface: '/v1/responses',
    dialect: 'openai-responses',
    modelOf: ({ url, key }) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key }).responses,
    thinks: {
      openai: {
        forceReasoning: true,
        reasoningEffort: 'low',
        reasoningSummary: 'auto',
        store: false,
        include: ['reasoning.encrypted_content'],
      },
    },
    lacks: {},
  },
  {
    name: 'ai 7, openai',
    surface: '/v1/chat/completions',
    dialect: 'openai-chat',
    modelOf: ({ url, key }) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key }).chat,
    thinks: { openai: { forceReasoning: true, reasoningEffort: 'low' } },
    lacks: { reasoning: 'it reads no reasoning in chat', 'reasoning-streamed': 'it reads no reasoning in chat' },
  },
  {
    name: 'ai 7, anthropic',
    surface: '/v1/messages',
    dialect: 'anthropic-messages',
    modelOf: ({ url, key }) => createAnthropic({ baseURL: `${url}/v1`, apiKey: key }),
    thinks: { anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } },
    lacks: {},
  },
  {
    name: 'ai 7, google',
    surface: '/v1beta/models',
    dialect: 'gemini-generate',
    modelOf: ({ url, key, plainNames }) => {
      const google = createGoogle({ baseURL: `${url}/v1beta`, apiKey: key });
      // Of a name with a slash it makes a path without /models, unless the name brings its own.
      return (id) => google(plainNames ? id : `models/${id}`);
    },
    thinks: { google: { thinkingConfig: { includeThoughts: true } } },
    lacks: {},
  },
  {
    name: 'ai 7, openai-compatible',
    surface: '/v1/chat/completions',
    dialect: 'openai-chat',
    modelOf: ({ url, key }) =>
      createOpenAICompatible({
        name: 'fairlead',
        baseURL: `${url}/v1`,
        apiKey: key,
        includeUsage: true,
        supportsStructuredOutputs: true,
      }),
    thinks: { fairlead: { reasoningEffort: 'low' } },
    lacks: { 'reasoning-proof': 'it sends reasoning_content back alone' },
  },
  {
    name: 'ai 7, openrouter',
    surface: '/api/v1/chat/completions',
    dialect: 'openai-chat',
    servedAt: '/api/v1/models',
    modelOf: ({ url, key }) => {
      const provider = createOpenRouter({ baseURL: `${url}/api/v1`, apiKey: key, compatibility: 'strict' });
      return (id) => provider.chat(id);
    },
    thinks: { openrouter: { reasoning: { effort: 'low' } } },
    lacks: {},
  },
];

export const aiSdkRows: readonly SdkRow[] = providers.map(({ modelOf, thinks, ...row }) => ({
  ...row,
  open: (door) => driverOf(modelOf(door), thinks),
  // It has one word for all providers.
  finish: { stop: 'stop', length: 'length' },
  isRefusal: (error, status) => APICallError.isInstance(error) && error.statusCode === status && !error.isRetryable,
}));

function driverOf(modelOf: (id: string) => LanguageModel, thinks: Provider['thinks']): Driver {
  return {
    async ask(question) {
      const { text, finishReason, usage, response } = await generateText(bodyOf(modelOf, question));
      return { text, finish: finishReason, usage: usageOf(usage), requestId: response.headers?.['x-request-id'] };
    },
    async stream(question, watch) {
      const pieces = new Pieces(watch);
      const stopped = watch === undefined ? {} : { abortSignal: watch.signal };
      const result = startStream({ ...bodyOf(modelOf, question), ...stopped });
      for await (const piece of result.textStream) pieces.add(piece);
      result.throwIfFailed();
      const { finishReason, usage } = result;
      return { text: pieces.text, finish: await finishReason, usage: usageOf(await usage), pieces: pieces.all };
    },
    async loop(question, tools, stream) {
      return (await runTools({ ...bodyOf(modelOf, question), tools: toolsOf(tools) }, stream)).text;
    },
    async shape(question, schema) {
      const { output } = await generateText({ ...bodyOf(modelOf, question), output: Output.object({ schema }) });
      return output;
    },
    async reason(question, tools, stream) {
      const body = { ...bodyOf(modelOf, question), tools: toolsOf(tools), providerOptions: thinks };
      return runTools(body, stream);
    },
  };
}

type Body = ReturnType<typeof bodyOf> & Pick<Parameters<typeof generateText>[0], 'tools' | 'providerOptions'>;

async function runTools(body: Body, stream: boolean) {
  const asked = { ...body, stopWhen: isStepCount(roundsMax) };
  if (!stream) {
    const { text, steps } = await generateText(asked);
    return { text, reasoning: steps.map(({ reasoningText }) => reasoningText ?? '').join('') };
  }
  const result = startStream(asked);
  await result.consumeStream();
  result.throwIfFailed();
  const steps = await result.steps;
  return { text: await result.text, reasoning: steps.map(({ reasoningText }) => reasoningText ?? '').join('') };
}

/** The AI SDK reports a failed stream aside; a program that wants to know must ask. */
function startStream(asked: Parameters<typeof streamText>[0]) {
  const failures: unknown[] = [];
  const result = streamText({ ...asked, onError: ({ error }) => void failures.push(error) });
  const throwIfFailed = () => {
    if (failures.length > 0) throw failures[0];
  };
  return Object.assign(result, { throwIfFailed });
}

function bodyOf(modelOf: (id: string) => LanguageModel, { model, text, system, png, pdf, tokensMax }: Question) {
  const picture = { type: 'file' as const, data: png ?? '', mediaType: 'image/png' };
  const document = { type: 'file' as const, data: pdf ?? '', mediaType: 'application/pdf', filename: 'tides.pdf' };
  const files = [...(png === undefined ? [] : [picture]), ...(pdf === undefined ? [] : [document])];
  const content = files.length === 0 ? text : [{ type: 'text' as const, text }, ...files];
  return {
    model: modelOf(model),
    messages: [{ role: 'user' as const, content }],
    ...(system === undefined ? {} : { instructions: system }),
    ...(tokensMax === undefined ? {} : { maxOutputTokens: tokensMax }),
  };
}

function usageOf(usage: Awaited<ReturnType<typeof generateText>>['usage']) {
  return {
    input: usage.inputTokens ?? Number.NaN,
    cached: Number(fieldOf(usage.inputTokenDetails, 'cacheReadTokens') ?? 0),
    output: usage.outputTokens ?? Number.NaN,
  };
}

function toolsOf(tools: readonly Tool[]) {
  return Object.fromEntries(
    tools.map(({ name, description, input, run }) => [
      name,
      tool({ description, inputSchema: input, execute: async (given: unknown) => run(given) }),
    ]),
  );
}
