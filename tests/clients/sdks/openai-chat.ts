// The openai package at POST /v1/chat/completions.
import assert from 'node:assert/strict';
import type OpenAI from 'openai';
import { fieldOf } from '../feature.ts';
import { type Sdk, sdks } from '../sdk.ts';
import { isOpenAIRefusal } from './openai-errors.ts';
import {
  type Driver,
  Pieces,
  type Question,
  roundsMax,
  runTool,
  type SdkRow,
  type Tool,
  withSignal,
} from './sdk-row.ts';

export const openaiChatRows: readonly SdkRow[] = sdks.map((sdk) => ({
  name: sdk.name,
  surface: '/v1/chat/completions',
  dialect: 'openai-chat',
  open: ({ url, key }) => driverOf(sdk, new sdk.OpenAI({ baseURL: `${url}/v1`, apiKey: key })),
  finish: { stop: 'stop', length: 'length' },
  isRefusal: (error, status) => isOpenAIRefusal(sdk, error, status),
  lacks: {
    'reasoning-streamed': 'its helpers do not join the pieces of a member that OpenAI does not have',
  },
}));

function driverOf(sdk: Sdk, { chat: { completions } }: OpenAI): Driver {
  return {
    async ask(question) {
      const answer = await completions.create(bodyOf(question));
      return { ...answerOf(answer), requestId: answer._request_id ?? undefined };
    },
    async stream(question, watch) {
      const pieces = new Pieces(watch);
      const body = { ...bodyOf(question), stream_options: { include_usage: true } };
      const stream = completions.stream(body, withSignal(watch));
      for await (const chunk of stream) pieces.add(chunk.choices[0]?.delta.content);
      return { ...answerOf(await stream.finalChatCompletion()), text: pieces.text, pieces: pieces.all };
    },
    async loop(question, tools, stream) {
      const body = { ...bodyOf(question), tools: tools.map((tool) => runnableOf(sdk, tool)) };
      const runner = stream ? completions.runTools({ ...body, stream: true }) : completions.runTools(body);
      return (await runner.finalContent()) ?? '';
    },
    async shape(question, schema) {
      const response_format = sdk.zodResponseFormat(schema, 'report');
      const answer = await completions.parse({ ...bodyOf(question), response_format });
      return answer.choices[0]?.message.parsed;
    },
    async reason(question, tools) {
      const { messages, ...body } = bodyOf(question);
      const functions = tools.map(({ name, description, input }) => ({
        type: 'function' as const,
        function: { name, description, parameters: { ...input.toJSONSchema() } },
      }));
      const reasoning: string[] = [];
      for (let round = 0; round < roundsMax; round += 1) {
        const answer = await completions.create({ ...body, messages, tools: functions, reasoning_effort: 'low' });
        const message = answer.choices[0]?.message ?? assert.fail('no choice');
        reasoning.push(reasoningOf(message));
        if (message.tool_calls === undefined) return { reasoning: reasoning.join(''), text: message.content ?? '' };
        messages.push(message, ...message.tool_calls.map((call) => resultOf(tools, call)));
      }
      return assert.fail('no end of tool calls');
    },
  };
}

function bodyOf({ model, text, system, png, pdf, tokensMax }: Question) {
  const messages: OpenAI.ChatCompletionMessageParam[] = [];
  if (system !== undefined) messages.push({ role: 'system', content: system });
  const picture = { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${png}` } };
  const file = { filename: 'tides.pdf', file_data: `data:application/pdf;base64,${pdf}` };
  const document = { type: 'file' as const, file };
  const files = [...(png === undefined ? [] : [picture]), ...(pdf === undefined ? [] : [document])];
  messages.push({ role: 'user', content: files.length === 0 ? text : [{ type: 'text', text }, ...files] });
  return { model, messages, ...(tokensMax === undefined ? {} : { max_completion_tokens: tokensMax }) };
}

function answerOf({ choices: [choice], usage }: OpenAI.ChatCompletion) {
  return {
    text: choice?.message.content ?? '',
    finish: choice?.finish_reason,
    usage: usage && {
      input: usage.prompt_tokens,
      cached: usage.prompt_tokens_details?.cached_tokens,
      output: usage.completion_tokens,
    },
  };
}

function runnableOf(sdk: Sdk, tool: Tool) {
  return sdk.zodFunction({
    name: tool.name,
    description: tool.description,
    parameters: tool.input,
    function: (given: unknown) => tool.run(given),
  });
}

/** OpenAI has no such member in chat; the names are those of the servers that do. */
function reasoningOf(message: OpenAI.ChatCompletionMessage): string {
  const found = ['reasoning', 'reasoning_content'].map((name) => fieldOf(message, name));
  return String(found.find((text) => typeof text === 'string') ?? '');
}

function resultOf(tools: readonly Tool[], call: OpenAI.ChatCompletionMessageToolCall) {
  if (call.type !== 'function') return assert.fail('no function was called');
  const content = runTool(tools, call.function.name, JSON.parse(call.function.arguments));
  return { role: 'tool' as const, tool_call_id: call.id, content };
}
