// Google's package in the two majors that people have; the older asks /v1beta/models, the newer /v1/models.
import assert from 'node:assert/strict';
import * as genai3 from '@google/genai';
import * as genai2 from 'genai2';
import { type Driver, Pieces, type Question, roundsMax, runTool, type SdkRow, type Tool } from './sdk-row.ts';

type Package = typeof genai3;

// To the compiler each major's classes are strangers to the other's; that both can be used alike is what we test.
const packages = [
  { name: 'genai 2', surface: '/v1beta/models', genai: genai2 as unknown as Package },
  { name: 'genai 3', surface: '/v1/models', genai: genai3 },
];

export const genaiRows: readonly SdkRow[] = packages.map(({ name, surface, genai }) => ({
  name,
  surface,
  dialect: 'gemini-generate',
  open: ({ url, key }) => driverOf(new genai.GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } })),
  finish: { stop: 'STOP', length: 'MAX_TOKENS' },
  // It has one class of errors.
  isRefusal: (error, status) => error instanceof genai.ApiError && error.status === status,
  lacks: {},
}));

function driverOf({ models, chats }: genai3.GoogleGenAI): Driver {
  return {
    async ask(question) {
      const answer = await models.generateContent(bodyOf(question));
      const headers = new Headers(answer.sdkHttpResponse?.headers);
      return { ...answerOf(answer), text: answer.text ?? '', requestId: headers.get('x-request-id') ?? undefined };
    },
    async stream(question, watch) {
      const pieces = new Pieces(watch);
      const { config, ...body } = bodyOf(question);
      const stopped = watch === undefined ? config : { ...config, abortSignal: watch.signal };
      let last: genai3.GenerateContentResponse | undefined;
      for await (const chunk of await models.generateContentStream({ ...body, config: stopped })) {
        pieces.add(chunk.text);
        last = chunk;
      }
      return { ...answerOf(last), text: pieces.text, pieces: pieces.all };
    },
    async loop(question, tools, stream) {
      const { config, ...body } = bodyOf(question);
      const asked = { ...body, config: { ...config, tools: [callableOf(tools)] } };
      if (!stream) return textOf(partsOf(await models.generateContent(asked)));
      const texts: string[] = [];
      for await (const chunk of await models.generateContentStream(asked)) texts.push(textOf(partsOf(chunk)));
      return texts.join('');
    },
    async shape(question, schema) {
      const { config, ...body } = bodyOf(question);
      const asJson = { ...config, responseMimeType: 'application/json', responseJsonSchema: schema.toJSONSchema() };
      return JSON.parse((await models.generateContent({ ...body, config: asJson })).text ?? '');
    },
    async reason(question, tools, stream) {
      const { model, config } = bodyOf(question);
      const thinks = { ...config, thinkingConfig: { includeThoughts: true }, tools: [declarationsOf(tools)] };
      const chat = chats.create({ model, config: thinks });
      const reasoning: string[] = [];
      let message: genai3.PartListUnion = question.text;
      for (let round = 0; round < roundsMax; round += 1) {
        const parts: readonly genai3.Part[] = stream
          ? await joinedParts(await chat.sendMessageStream({ message }))
          : partsOf(await chat.sendMessage({ message }));
        reasoning.push(...parts.map((part) => (part.thought ? (part.text ?? '') : '')));
        const calls = parts.flatMap(({ functionCall }) => functionCall ?? []);
        if (calls.length === 0) return { reasoning: reasoning.join(''), text: textOf(parts) };
        message = calls.map((call) => resultOf(tools, call));
      }
      return assert.fail('no end of tool calls');
    },
  };
}

async function joinedParts(stream: AsyncIterable<genai3.GenerateContentResponse>): Promise<genai3.Part[]> {
  const parts: genai3.Part[] = [];
  for await (const chunk of stream) parts.push(...partsOf(chunk));
  return parts;
}

function partsOf({ candidates }: genai3.GenerateContentResponse): readonly genai3.Part[] {
  return candidates?.[0]?.content?.parts ?? [];
}

/** As the package's own `text`, without its warnings about parts that are none. */
function textOf(parts: readonly genai3.Part[]): string {
  return parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join('');
}

function bodyOf({ model, text, system, png, pdf, tokensMax }: Question) {
  const picture = { inlineData: { mimeType: 'image/png', data: png ?? '' } };
  const document = { inlineData: { mimeType: 'application/pdf', data: pdf ?? '' } };
  const files = [...(png === undefined ? [] : [picture]), ...(pdf === undefined ? [] : [document])];
  const config: genai3.GenerateContentConfig = {
    ...(system === undefined ? {} : { systemInstruction: system }),
    ...(tokensMax === undefined ? {} : { maxOutputTokens: tokensMax }),
  };
  return { model, contents: files.length === 0 ? text : [{ text }, ...files], config };
}

function answerOf(answer: genai3.GenerateContentResponse | undefined) {
  const usage = answer?.usageMetadata;
  return {
    finish: answer?.candidates?.[0]?.finishReason,
    usage: usage && {
      input: usage.promptTokenCount ?? Number.NaN,
      cached: usage.cachedContentTokenCount ?? 0,
      output: (usage.candidatesTokenCount ?? Number.NaN) + (usage.thoughtsTokenCount ?? 0),
    },
  };
}

function declarationsOf(tools: readonly Tool[]): genai3.Tool {
  return {
    functionDeclarations: tools.map(({ name, description, input }) => ({
      name,
      description,
      parametersJsonSchema: input.toJSONSchema(),
    })),
  };
}

/** What the package calls by itself. */
function callableOf(tools: readonly Tool[]): genai3.CallableTool {
  return {
    tool: async () => declarationsOf(tools),
    callTool: async (calls) => calls.map((call) => resultOf(tools, call)),
  };
}

function resultOf(tools: readonly Tool[], { id, name = '', args }: genai3.FunctionCall): genai3.Part {
  const response = { output: runTool(tools, name, args) };
  return { functionResponse: { ...(id === undefined ? {} : { id }), name, response } };
}
