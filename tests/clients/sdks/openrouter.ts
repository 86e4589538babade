// OpenRouter's own package at /api/v1: its chat, and `callModel`, which speaks Responses and calls tools by itself.
import assert from 'node:assert/strict';
import { OpenRouter } from '@openrouter/sdk';
import { stepCountIs } from '@openrouter/sdk/lib/stop-conditions.js';
import { tool } from '@openrouter/sdk/lib/tool.js';
import type { ChatMessages, ChatRequest, ChatResult, ChatToolCall } from '@openrouter/sdk/models';
import { NotFoundResponseError, UnauthorizedResponseError } from '@openrouter/sdk/models/errors';
import { fieldOf } from '../feature.ts';
import {
  type Driver,
  Pieces,
  type Question,
  roundsMax,
  runTool,
  type SdkRow,
  type Tool,
  type Watch,
} from './sdk-row.ts';

const shared = {
  servedAt: '/api/v1/models',
  isRefusal: (error: unknown, status: 401 | 404) =>
    error instanceof (status === 401 ? UnauthorizedResponseError : NotFoundResponseError),
};

const noHeaders = 'it shows no headers of an answer';

export const openrouterRows: readonly SdkRow[] = [
  {
    ...shared,
    name: 'openrouter 1',
    surface: '/api/v1/chat/completions',
    dialect: 'openai-chat',
    open: ({ url, key }) => chatDriver(new OpenRouter({ serverURL: `${url}/api/v1`, apiKey: key })),
    finish: { stop: 'stop', length: 'length' },
    lacks: {
      'request-id': noHeaders,
      'tools-streamed': 'it does not join the pieces of a streamed message',
      'reasoning-streamed': 'it does not join the pieces of a streamed message',
    },
  },
  {
    ...shared,
    name: 'openrouter 1, callModel',
    surface: '/api/v1/responses',
    dialect: 'openai-responses',
    open: ({ url, key }) => modelDriver(new OpenRouter({ serverURL: `${url}/api/v1`, apiKey: key })),
    finish: { stop: 'completed', length: 'max_output_tokens' },
    lacks: { 'request-id': noHeaders },
  },
];

function chatDriver({ chat }: OpenRouter): Driver {
  const send = (chatRequest: ChatRequest) => chat.send({ chatRequest: { ...chatRequest, stream: false } }).then(whole);
  return {
    ask: async (question) => ({ ...answerOf(await send(bodyOf(question))), requestId: undefined }),
    async stream(question, watch) {
      const pieces = new Pieces(watch);
      const stream = await chat.send(
        { chatRequest: { ...bodyOf(question), stream: true, streamOptions: { includeUsage: true } } },
        optionsOf(watch),
      );
      if (!(stream instanceof ReadableStream)) return assert.fail('no stream');
      let finish: string | undefined;
      let usage: ChatResult['usage'];
      for await (const chunk of stream) {
        const [choice] = chunk.choices;
        pieces.add(choice?.delta.content);
        finish = choice?.finishReason ?? finish;
        usage = chunk.usage ?? usage;
        // Its stream takes no notice of a signal; leaving the loop is what ends it.
        if (watch?.signal.aborted) break;
      }
      return { text: pieces.text, finish, usage: usageOf(usage), pieces: pieces.all };
    },
    loop: async (question, tools) => (await runTools(send, bodyOf(question), tools)).text,
    async shape(question, schema) {
      const jsonSchema = { name: 'report', strict: true, schema: { ...schema.toJSONSchema() } };
      const answer = await send({ ...bodyOf(question), responseFormat: { type: 'json_schema', jsonSchema } });
      return JSON.parse(answerOf(answer).text);
    },
    reason: (question, tools) => runTools(send, { ...bodyOf(question), reasoning: { effort: 'low' } }, tools),
  };
}

async function runTools(send: (body: ChatRequest) => Promise<ChatResult>, body: ChatRequest, tools: readonly Tool[]) {
  const functions = tools.map(({ name, description, input }) => ({
    type: 'function' as const,
    function: { name, description, parameters: { ...input.toJSONSchema() } },
  }));
  const messages: ChatMessages[] = [...body.messages];
  const reasoning: string[] = [];
  for (let round = 0; round < roundsMax; round += 1) {
    const answer = await send({ ...body, messages, tools: functions });
    const message = answer.choices[0]?.message ?? assert.fail('no choice');
    reasoning.push(message.reasoning ?? '');
    const calls = message.toolCalls ?? [];
    if (calls.length === 0) return { reasoning: reasoning.join(''), text: answerOf(answer).text };
    messages.push(message, ...calls.map((call) => resultOf(tools, call)));
  }
  return assert.fail('no end of tool calls');
}

function resultOf(tools: readonly Tool[], { id, function: { name, arguments: text } }: ChatToolCall): ChatMessages {
  return { role: 'tool', toolCallId: id, content: runTool(tools, name, JSON.parse(text)) };
}

function bodyOf({ model, text, system, png, pdf, tokensMax }: Question): ChatRequest {
  const picture = { type: 'image_url' as const, imageUrl: { url: `data:image/png;base64,${png}` } };
  const messages: ChatMessages[] = system === undefined ? [] : [{ role: 'system', content: system }];
  const file = { filename: 'tides.pdf', fileData: `data:application/pdf;base64,${pdf}` };
  const files = [
    ...(png === undefined ? [] : [picture]),
    ...(pdf === undefined ? [] : [{ type: 'file' as const, file }]),
  ];
  messages.push({ role: 'user', content: files.length === 0 ? text : [{ type: 'text', text }, ...files] });
  return { model, messages, ...(tokensMax === undefined ? {} : { maxTokens: tokensMax }) };
}

function whole(answer: ChatResult | ReadableStream): ChatResult {
  return answer instanceof ReadableStream ? assert.fail('a stream, though none was asked for') : answer;
}

function answerOf({ choices: [choice], usage }: ChatResult) {
  const content = choice?.message.content;
  return {
    text: typeof content === 'string' ? content : '',
    finish: choice?.finishReason ?? undefined,
    usage: usageOf(usage),
  };
}

function usageOf(usage: ChatResult['usage']) {
  return (
    usage && {
      input: usage.promptTokens,
      cached: usage.promptTokensDetails?.cachedTokens ?? 0,
      output: usage.completionTokens,
    }
  );
}

function optionsOf(watch: Watch | undefined) {
  return watch === undefined ? {} : { fetchOptions: { signal: watch.signal } };
}

function modelDriver(client: OpenRouter): Driver {
  const call = (question: Question, more: object = {}, watch?: Watch) => {
    const { model, text, system, png, pdf, tokensMax } = question;
    const picture = { type: 'input_image' as const, detail: 'auto' as const, imageUrl: `data:image/png;base64,${png}` };
    const fileData = `data:application/pdf;base64,${pdf}`;
    const document = { type: 'input_file' as const, filename: 'tides.pdf', fileData };
    const files = [...(png === undefined ? [] : [picture]), ...(pdf === undefined ? [] : [document])];
    const content = [{ type: 'input_text' as const, text }, ...files];
    const body = {
      model,
      input: files.length === 0 ? text : [{ role: 'user' as const, content }],
      ...(system === undefined ? {} : { instructions: system }),
      ...(tokensMax === undefined ? {} : { maxOutputTokens: tokensMax }),
      ...more,
    };
    return client.callModel(body, optionsOf(watch));
  };
  const finished = async (result: ReturnType<typeof call>) => {
    const { status, incompleteDetails, usage } = await result.getResponse();
    return {
      finish: status === 'incomplete' ? (incompleteDetails?.reason ?? status) : status,
      usage: usage
        ? { input: usage.inputTokens, cached: usage.inputTokensDetails.cachedTokens, output: usage.outputTokens }
        : undefined,
    };
  };
  return {
    async ask(question) {
      const result = call(question);
      return { text: await result.getText(), ...(await finished(result)), requestId: undefined };
    },
    async stream(question, watch) {
      const pieces = new Pieces(watch);
      const result = call(question, {}, watch);
      watch?.signal.addEventListener('abort', () => void result.cancel());
      for await (const piece of result.getTextStream()) pieces.add(piece);
      return { text: pieces.text, ...(await finished(result)), pieces: pieces.all };
    },
    async loop(question, tools, stream) {
      const result = call(question, { tools: tools.map(toolOf), stopWhen: stepCountIs(roundsMax) });
      if (!stream) return await result.getText();
      const pieces = new Pieces();
      for await (const piece of result.getTextStream()) pieces.add(piece);
      return pieces.text;
    },
    async shape(question, schema) {
      const format = { type: 'json_schema', name: 'report', strict: true, schema: schema.toJSONSchema() };
      return JSON.parse(await call(question, { text: { format } }).getText());
    },
    async reason(question, tools) {
      const thinks = { reasoning: { effort: 'low', summary: 'auto' }, include: ['reasoning.encrypted_content'] };
      const result = call(question, { ...thinks, tools: tools.map(toolOf), stopWhen: stepCountIs(roundsMax) });
      const reasoning: string[] = [];
      // Its stream of reasoning leaves summaries out.
      for await (const event of result.getFullResponsesStream()) {
        const isThought = /^response\.reasoning(?:_summary)?_text\.delta$/.test(String(fieldOf(event, 'type')));
        if (isThought) reasoning.push(String(fieldOf(event, 'delta')));
      }
      return { reasoning: reasoning.join(''), text: await result.getText() };
    },
  };
}

function toolOf({ name, description, input, run }: Tool) {
  return tool({ name, description, inputSchema: input, execute: (given: unknown) => run(given) });
}
