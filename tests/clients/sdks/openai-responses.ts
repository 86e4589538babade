// The openai package at POST /v1/responses.
import assert from 'node:assert/strict';
import type OpenAI from 'openai';
import { ResponsesToolRunner } from 'openai/helpers/responses-tool-runner';
import { type Sdk, sdks } from '../sdk.ts';
import { isOpenAIRefusal } from './openai-errors.ts';
import {
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

type Item = OpenAI.Responses.ResponseInputItem;

export const openaiResponsesRows: readonly SdkRow[] = sdks.map((sdk) => ({
  name: sdk.name,
  surface: '/v1/responses',
  dialect: 'openai-responses',
  open: ({ url, key }) => driverOf(sdk, new sdk.OpenAI({ baseURL: `${url}/v1`, apiKey: key })),
  finish: { stop: 'completed', length: 'max_output_tokens' },
  isRefusal: (error, status) => isOpenAIRefusal(sdk, error, status),
  lacks: {},
}));

function driverOf(sdk: Sdk, client: OpenAI): Driver {
  const { responses } = client;
  return {
    async ask(question) {
      const answer = await responses.create(bodyOf(question));
      return { ...answerOf(answer), requestId: answer._request_id ?? undefined };
    },
    async stream(question, watch) {
      const pieces = new Pieces(watch);
      const stream = responses.stream(bodyOf(question), withSignal(watch));
      for await (const event of stream) if (event.type === 'response.output_text.delta') pieces.add(event.delta);
      return { ...answerOf(await stream.finalResponse()), text: pieces.text, pieces: pieces.all };
    },
    async loop(question, tools, stream) {
      // Only the newer major brings a loop of its own.
      if (sdk.package === 'openai') return runWithRunner(client, question, tools, stream);
      return (await runByHand(client, question, { tools, stream, reasons: false })).text;
    },
    async shape(question, schema) {
      const text = { format: sdk.zodTextFormat(schema, 'report') };
      return (await responses.parse({ ...bodyOf(question), text })).output_parsed;
    },
    reason: (question, tools, stream) => runByHand(client, question, { tools, stream, reasons: true }),
  };
}

async function runWithRunner(client: OpenAI, question: Question, tools: readonly Tool[], stream: boolean) {
  const runner = new ResponsesToolRunner({
    functions: tools.map((tool) => ({
      tool: declarationOf(tool),
      execute: (given) => runTool(tools, tool.name, given),
    })),
  });
  return (await runner.run(client, bodyOf(question), { stream })).output_text;
}

type Run = { readonly tools: readonly Tool[]; readonly stream: boolean; readonly reasons: boolean };

async function runByHand({ responses }: OpenAI, question: Question, run: Run): Promise<Reasoned> {
  const { input, ...body } = bodyOf(question);
  const thinks = { reasoning: { effort: 'low', summary: 'auto' }, include: ['reasoning.encrypted_content'] } as const;
  const reasoning: string[] = [];
  const asked = { ...body, tools: run.tools.map(declarationOf), store: false };
  for (let round = 0; round < roundsMax; round += 1) {
    const request = { ...asked, input, ...(run.reasons ? { ...thinks, include: [...thinks.include] } : {}) };
    const answer = run.stream
      ? await lastOf(await responses.create({ ...request, stream: true }))
      : await responses.create({ ...request, stream: false });
    const { output } = answer;
    reasoning.push(...output.map(reasoningOf));
    const calls = output.filter((item) => item.type === 'function_call');
    if (calls.length === 0) return { reasoning: reasoning.join(''), text: output.map(wordsOf).join('') };
    const results = calls.map(
      ({ call_id, name, arguments: text }): Item => ({
        type: 'function_call_output',
        call_id,
        output: runTool(run.tools, name, JSON.parse(text)),
      }),
    );
    // To the compiler a few kinds of output are no input; to OpenAI all are.
    input.push(...(output as Item[]), ...results);
  }
  return assert.fail('no end of tool calls');
}

function bodyOf({ model, text, system, png, pdf, tokensMax }: Question) {
  const content: OpenAI.Responses.ResponseInputContent[] = [{ type: 'input_text', text }];
  if (png !== undefined) {
    content.push({ type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${png}` });
  }
  if (pdf !== undefined) {
    content.push({ type: 'input_file', filename: 'tides.pdf', file_data: `data:application/pdf;base64,${pdf}` });
  }
  const input: Item[] = [{ role: 'user', content: content.length === 1 ? text : content }];
  return {
    model,
    input,
    ...(system === undefined ? {} : { instructions: system }),
    ...(tokensMax === undefined ? {} : { max_output_tokens: tokensMax }),
  };
}

function answerOf({ output_text, status, incomplete_details, usage }: OpenAI.Responses.Response) {
  return {
    text: output_text,
    finish: status === 'incomplete' ? incomplete_details?.reason : status,
    usage: usage && {
      input: usage.input_tokens,
      cached: usage.input_tokens_details.cached_tokens,
      output: usage.output_tokens,
    },
  };
}

function declarationOf({ name, description, input }: Tool): OpenAI.Responses.FunctionTool {
  return { type: 'function', name, description, parameters: { ...input.toJSONSchema() }, strict: true };
}

/** Not from `.stream()`, whose items have a `parsed_arguments` that OpenAI does not take back. */
async function lastOf(events: AsyncIterable<OpenAI.Responses.ResponseStreamEvent>): Promise<OpenAI.Responses.Response> {
  for await (const event of events) {
    if (event.type === 'response.completed' || event.type === 'response.incomplete') return event.response;
    if (event.type === 'error' || event.type === 'response.failed') return assert.fail(JSON.stringify(event));
  }
  return assert.fail('the stream has no last event');
}

function wordsOf(item: OpenAI.Responses.ResponseOutputItem): string {
  if (item.type !== 'message') return '';
  return item.content.map((part) => (part.type === 'output_text' ? part.text : '')).join('');
}

function reasoningOf(item: OpenAI.Responses.ResponseOutputItem): string {
  if (item.type !== 'reasoning') return '';
  return [...item.summary, ...(item.content ?? [])].map(({ text }) => text).join('');
}
