import assert from 'node:assert/strict';
import type OpenAI from 'openai';
import { z } from 'zod';
import { clientOf, type Feature, readAll, say } from '../feature.ts';

const weather = z.object({ city: z.string(), days: z.number().int() });
const report = z.object({ title: z.string(), pages: z.number().int(), tags: z.array(z.string()) });

const tool: OpenAI.ChatCompletionFunctionTool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'What the sky does',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
      required: ['city', 'days'],
      additionalProperties: false,
    },
  },
};
const asked = { model: 'sandbox/tool', messages: say('Will it rain?'), tools: [tool] };

export const tools: readonly Feature[] = [
  {
    name: 'tools: a call, its result, the answer',
    async run(scene) {
      const client = clientOf(scene);
      const first = await client.chat.completions.create(asked);
      const message = first.choices[0]?.message;
      assert.equal(first.choices[0]?.finish_reason, 'tool_calls');
      const call = callOf(message?.tool_calls);
      assert.equal(call.function.name, 'weather');
      weather.parse(JSON.parse(call.function.arguments));

      const second = await client.chat.completions.create({
        ...asked,
        messages: [
          ...asked.messages,
          message ?? assert.fail(),
          { role: 'tool', tool_call_id: call.id, content: 'rain and wind' },
        ],
      });
      assert.equal(second.choices[0]?.message.content, 'The tool answered: rain and wind');
      assert.equal(second.choices[0]?.finish_reason, 'stop');
    },
  },
  {
    name: 'tool_choice: none, required, by name',
    async run(scene) {
      const client = clientOf(scene);
      const none = await client.chat.completions.create({ ...asked, tool_choice: 'none' });
      assert.equal(none.choices[0]?.message.tool_calls, undefined);

      const echo = { ...asked, model: 'sandbox/echo' };
      const required = await client.chat.completions.create({ ...echo, tool_choice: 'required' });
      assert.equal(callOf(required.choices[0]?.message.tool_calls).function.name, 'weather');

      const byName = { type: 'function', function: { name: 'weather' } } as const;
      const named = await client.chat.completions.create({ ...echo, tool_choice: byName });
      assert.equal(callOf(named.choices[0]?.message.tool_calls).function.name, 'weather');
    },
  },
  {
    name: 'tools in a stream',
    async run(scene) {
      const { chunks } = await readAll(await clientOf(scene).chat.completions.create({ ...asked, stream: true }));
      const parts = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
      assert.match(parts[0]?.id ?? '', /^call_/);
      assert.equal(parts[0]?.function?.name, 'weather');
      assert.ok(parts.length > 3 && parts.every(({ index }) => index === 0));
      weather.parse(JSON.parse(parts.map((part) => part.function?.arguments ?? '').join('')));
      assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, 'tool_calls');
    },
  },
  {
    name: 'tools with .stream()',
    async run(scene) {
      const runner = clientOf(scene).chat.completions.stream(asked);
      const done: string[] = [];
      runner.on('tool_calls.function.arguments.done', ({ name }) => done.push(name));
      const final = await runner.finalChatCompletion();
      assert.deepEqual(done, ['weather']);
      weather.parse(JSON.parse(callOf(final.choices[0]?.message.tool_calls).function.arguments));
    },
  },
  {
    name: '.runTools() to the final answer, whole and streamed',
    async run(scene) {
      for (const stream of [false, true]) {
        const called: unknown[] = [];
        const runnable = {
          type: 'function' as const,
          function: {
            name: 'weather',
            description: 'What the sky does',
            parameters: tool.function.parameters ?? {},
            parse: (text: string) => weather.parse(JSON.parse(text)),
            function: (given: z.infer<typeof weather>) => {
              called.push(given);
              return 'fog until noon';
            },
          },
        };
        const body = { model: 'sandbox/tool', messages: say('Will it rain?'), tools: [runnable] };
        const { completions } = clientOf(scene).chat;
        const runner = stream ? completions.runTools({ ...body, stream: true }) : completions.runTools(body);
        assert.equal(await runner.finalContent(), 'The tool answered: fog until noon');
        assert.equal(called.length, 1);
        assert.deepEqual(
          runner.messages.map(({ role }) => role),
          ['user', 'assistant', 'tool', 'assistant'],
        );
      }
    },
  },
  {
    name: '.parse() with zodFunction',
    async run(scene) {
      const parsing = scene.sdk.zodFunction({ name: 'weather', parameters: weather });
      const answer = await clientOf(scene).chat.completions.parse({ ...asked, tools: [parsing] });
      weather.parse(callOf(answer.choices[0]?.message.tool_calls).function.parsed_arguments);
    },
  },
  {
    name: '.parse() with zodResponseFormat',
    async run(scene) {
      const answer = await clientOf(scene).chat.completions.parse({
        model: 'sandbox/echo',
        messages: say('Report'),
        response_format: scene.sdk.zodResponseFormat(report, 'report'),
      });
      report.parse(answer.choices[0]?.message.parsed);
    },
  },
  {
    name: '.stream() with zodResponseFormat',
    async run(scene) {
      const runner = clientOf(scene).chat.completions.stream({
        model: 'sandbox/echo',
        messages: say('Report'),
        response_format: scene.sdk.zodResponseFormat(report, 'report'),
      });
      report.parse((await runner.finalChatCompletion()).choices[0]?.message.parsed);
    },
  },
  {
    name: 'LengthFinishReasonError, ContentFilterFinishReasonError',
    async run(scene) {
      const { completions } = clientOf(scene).chat;
      const body = { messages: say('Report'), response_format: scene.sdk.zodResponseFormat(report, 'report') };
      const short = { ...body, model: 'sandbox/echo', max_tokens: 2 };
      const filtered = { ...body, model: 'sandbox/fault-refused-first' };
      await assert.rejects(completions.parse(short), isOf('LengthFinishReasonError'));
      await assert.rejects(completions.stream(short).finalContent(), isOf('LengthFinishReasonError'));
      await assert.rejects(completions.parse(filtered), isOf('ContentFilterFinishReasonError'));
      await assert.rejects(completions.stream(filtered).finalContent(), isOf('ContentFilterFinishReasonError'));
    },
  },
  {
    name: 'response_format json_schema and json_object by hand',
    async run(scene) {
      const client = clientOf(scene);
      const schema = { ...z.toJSONSchema(report) };
      const bySchema = await client.chat.completions.create({
        model: 'sandbox/echo',
        messages: say('Report'),
        response_format: { type: 'json_schema', json_schema: { name: 'report', strict: true, schema } },
      });
      report.parse(JSON.parse(bySchema.choices[0]?.message.content ?? ''));

      const asObject = await client.chat.completions.create({
        model: 'sandbox/echo',
        messages: say('Some JSON, please'),
        response_format: { type: 'json_object' },
      });
      assert.deepEqual(JSON.parse(asObject.choices[0]?.message.content ?? ''), { text: 'Some JSON, please' });
    },
  },
];

type Call = OpenAI.ChatCompletionMessageFunctionToolCall & {
  readonly function: { readonly parsed_arguments?: unknown };
};

function callOf(calls: readonly OpenAI.ChatCompletionMessageToolCall[] | null | undefined): Call {
  assert.equal(calls?.length, 1);
  const [call] = calls ?? [];
  if (call?.type !== 'function') return assert.fail('no function was called');
  assert.match(call.id, /^call_/);
  return call;
}

/** The package does not export these two classes from its front door. */
function isOf(name: string): (error: Error) => boolean {
  return (error) => error.constructor.name === name;
}
