// The Anthropic package at POST /v1/messages.
import Anthropic from '@anthropic-ai/sdk';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { generationId } from '../feature.ts';
import {
  type Driver,
  Pieces,
  type Question,
  type Reasoned,
  roundsMax,
  type SdkRow,
  type Tool,
  tokensMaxOtherwise,
  withSignal,
} from './sdk-row.ts';

export const anthropicRows: readonly SdkRow[] = [
  {
    name: 'anthropic 1',
    surface: '/v1/messages',
    dialect: 'anthropic-messages',
    open: ({ url, key }) => driverOf(new Anthropic({ baseURL: url, apiKey: key })),
    finish: { stop: 'end_turn', length: 'max_tokens' },
    isRefusal,
    lacks: {},
  },
];

function isRefusal(error: unknown, status: 401 | 404): boolean {
  const expected = status === 401 ? Anthropic.AuthenticationError : Anthropic.NotFoundError;
  const type = status === 401 ? 'authentication_error' : 'not_found_error';
  return error instanceof expected && error.type === type && generationId.test(String(error.requestID));
}

function driverOf(client: Anthropic): Driver {
  return {
    async ask(question) {
      const message = await client.messages.create(bodyOf(question));
      return { ...answerOf(message), requestId: message._request_id ?? undefined };
    },
    async stream(question, watch) {
      const pieces = new Pieces(watch);
      const stream = client.messages.stream(bodyOf(question), withSignal(watch));
      for await (const event of stream) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') pieces.add(event.delta.text);
      }
      return { ...answerOf(await stream.finalMessage()), text: pieces.text, pieces: pieces.all };
    },
    loop: async (question, tools, stream) => (await runTools(client, bodyOf(question), tools, stream)).text,
    async loopAsIs(question, tools) {
      // Told nothing, it runs over a message thread: each turn sends only what is new.
      const runner = client.beta.messages.toolRunner({ ...bodyOf(question), tools: tools.map(runnableOf) });
      return textOf((await runner).content);
    },
    async shape(question, schema) {
      const output_config = { format: zodOutputFormat(schema) };
      return (await client.messages.parse({ ...bodyOf(question), output_config })).parsed_output;
    },
    async reason(question, tools, stream) {
      const thinking = { type: 'enabled' as const, budget_tokens: 1024 };
      return runTools(client, { ...bodyOf(question), thinking }, tools, stream);
    },
  };
}

type Body = ReturnType<typeof bodyOf> & { readonly thinking?: Anthropic.Beta.BetaThinkingConfigParam };

async function runTools(client: Anthropic, body: Body, tools: readonly Tool[], stream: boolean): Promise<Reasoned> {
  const asked = { ...body, tools: tools.map(runnableOf), max_iterations: roundsMax, thread: false as const };
  const said: Anthropic.Beta.BetaMessage[] = [];
  if (stream) {
    const runner = client.beta.messages.toolRunner({ ...asked, stream: true });
    for await (const each of runner) said.push(await each.finalMessage());
  } else {
    for await (const each of client.beta.messages.toolRunner({ ...asked, stream: false })) said.push(each);
  }
  const blocks = said.flatMap(({ content }) => content);
  const reasoning = blocks.map((block) => (block.type === 'thinking' ? block.thinking : '')).join('');
  return { reasoning, text: textOf(said.at(-1)?.content ?? []) };
}

function runnableOf({ name, description, input, run }: Tool) {
  return betaZodTool({ name, description, inputSchema: input, run });
}

function textOf(blocks: readonly (Anthropic.ContentBlock | Anthropic.Beta.BetaContentBlock)[]): string {
  return blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

function bodyOf({ model, text, system, png, pdf, tokensMax }: Question) {
  const picture = { type: 'base64' as const, media_type: 'image/png' as const, data: png ?? '' };
  const document = { type: 'base64' as const, media_type: 'application/pdf' as const, data: pdf ?? '' };
  const parts = [
    ...(png === undefined ? [] : [{ type: 'image' as const, source: picture }]),
    ...(pdf === undefined ? [] : [{ type: 'document' as const, source: document }]),
    { type: 'text' as const, text },
  ];
  return {
    model,
    max_tokens: tokensMax ?? tokensMaxOtherwise,
    messages: [{ role: 'user' as const, content: parts.length === 1 ? text : parts }],
    ...(system === undefined ? {} : { system }),
  };
}

function answerOf({ content, stop_reason, usage }: Anthropic.Message) {
  const cached = usage.cache_read_input_tokens ?? 0;
  return {
    text: textOf(content),
    finish: stop_reason ?? undefined,
    usage: {
      input: usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0),
      cached,
      output: usage.output_tokens,
    },
  };
}
