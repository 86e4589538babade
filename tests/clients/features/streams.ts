import assert from 'node:assert/strict';
import { clientOf, type Feature, readAll, say, textOf } from '../feature.ts';

const story = { model: 'sandbox/story', messages: say('Tell me') };

/** Honest streams in wrappings that real providers use: a program must not notice. */
const oddFramings = [
  'crlf',
  'cr',
  'bom',
  'comments',
  'multi-line-data',
  'one-byte-chunks',
  'all-at-once',
  'unknown-events',
  'no-done',
  'usage-with-choices',
  'usage-twice',
  'gzip',
];
/** The same where a stream has a marked end and a JSON body has none. */
const oddStreamEnds = ['done-twice', 'data-after-done'];

export const streams: readonly Feature[] = [
  {
    name: 'stream with for await',
    async run(scene) {
      const client = clientOf(scene);
      const whole = await client.chat.completions.create(story);
      const { chunks, text } = await readAll(await client.chat.completions.create({ ...story, stream: true }));

      assert.equal(text, whole.choices[0]?.message.content);
      assert.ok(chunks.length > 250, `${chunks.length} chunks`);
      assert.equal(chunks[0]?.choices[0]?.delta.role, 'assistant');
      assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, 'stop');
      assert.equal(new Set(chunks.map(({ id }) => id)).size, 1);
      assert.ok(chunks.every(({ model, object }) => model === 'sandbox/story' && object === 'chat.completion.chunk'));
    },
  },
  {
    name: 'no usage in a stream unless asked for',
    async run(scene) {
      for (const options of [{}, { stream_options: { include_usage: false } }, { stream_options: {} }]) {
        const asked = { ...story, stream: true, ...options } as const;
        const { chunks } = await readAll(await clientOf(scene).chat.completions.create(asked));
        assert.deepEqual(
          chunks.filter((chunk) => chunk.choices.length === 0 || (chunk.usage ?? null) !== null),
          [],
        );
      }
    },
  },
  {
    name: 'usage in the last chunk with include_usage',
    async run(scene) {
      const client = clientOf(scene);
      const asked = { ...story, stream: true, stream_options: { include_usage: true } } as const;
      const { chunks } = await readAll(await client.chat.completions.create(asked));
      const whole = await client.chat.completions.create(story);

      const last = chunks.at(-1);
      assert.deepEqual(last?.choices, []);
      assert.equal(last?.usage?.completion_tokens, whole.usage?.completion_tokens);
      assert.equal(last?.usage?.prompt_tokens, whole.usage?.prompt_tokens);
      assert.equal(chunks.filter(({ usage }) => (usage ?? null) !== null).length, 1);
    },
  },
  {
    name: 'words arrive as they are said',
    async run(scene) {
      const stream = await clientOf(scene).chat.completions.create({
        model: 'sandbox/pace-80-6',
        messages: say('Slowly'),
        stream: true,
      });
      const times: number[] = [];
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) times.push(performance.now());
      assert.equal(times.length, 6);
      assert.ok((times[5] ?? 0) - (times[0] ?? 0) > 300, times.join());
    },
  },
  {
    name: '.stream(): events, finalContent, finalChatCompletion',
    async run(scene) {
      const deltas: string[] = [];
      const runner = clientOf(scene)
        .chat.completions.stream({ ...story, stream_options: { include_usage: true } })
        .on('content', (delta) => deltas.push(delta));
      const final = await runner.finalChatCompletion();
      assert.equal(final.choices[0]?.finish_reason, 'stop');
      assert.equal(final.choices[0]?.message.content, await runner.finalContent());
      assert.equal(deltas.join(''), await runner.finalContent());
      assert.ok((final.usage?.completion_tokens ?? 0) > 250);
      assert.equal((await runner.totalUsage()).completion_tokens, final.usage?.completion_tokens);
    },
  },
  {
    name: 'tee and toReadableStream',
    async run(scene) {
      const client = clientOf(scene);
      const asked = { model: 'sandbox/echo', messages: say('to two readers'), stream: true } as const;
      const [left, right] = (await client.chat.completions.create(asked)).tee();
      const [one, other] = await Promise.all([readAll(left), readAll(right)]);
      assert.deepEqual([one.text, other.text], ['to two readers', 'to two readers']);

      const relayed = (await client.chat.completions.create(asked)).toReadableStream();
      const lines = (await new Response(relayed).text()).trim().split('\n');
      assert.equal(textOf(lines.map((line) => JSON.parse(line))), 'to two readers');
    },
  },
  {
    name: 'a heartbeat comment is ignored',
    async run({ sdk, hasty }) {
      const model = 'sandbox/pace-700-3';
      const asked = { model, messages: say('Wait'), stream: true } as const;
      const raw = await fetch(`${hasty.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hasty.key}`, 'content-type': 'application/json' },
        body: JSON.stringify(asked),
      });
      const comments = (await raw.text()).split('\n').filter((line) => line.startsWith(':'));
      assert.ok(comments.length >= 2, 'no heartbeat was sent, so this would prove nothing');

      const { chunks, text } = await readAll(await clientOf({ sdk, server: hasty }).chat.completions.create(asked));
      assert.equal(text, 'a line from');
      assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, 'stop');
    },
  },
  {
    name: 'an upstream with odd framing is not noticed',
    async run(scene) {
      const client = clientOf(scene);
      const troubled: string[] = [];
      for (const mode of [...oddFramings, ...oddStreamEnds]) {
        const asked = { model: `sandbox/fault-${mode}`, messages: say('Tell me'), max_tokens: 20 };
        const { text, chunks } = await readAll(await client.chat.completions.create({ ...asked, stream: true })).catch(
          (error: Error) => ({ text: error.message, chunks: [] }),
        );
        const isWhole = text.startsWith('The harbour of Lorn') && chunks.at(-1)?.choices[0]?.finish_reason === 'length';
        if (!isWhole) troubled.push(`${mode} streamed: ${text.slice(0, 60)}`);
        if (oddStreamEnds.includes(mode)) continue;
        const whole = await client.chat.completions.create(asked).catch((error: Error) => error.message);
        const said = typeof whole === 'string' ? whole : (whole.choices[0]?.message.content ?? 'nothing');
        if (!said.startsWith('The harbour of Lorn')) troubled.push(`${mode} whole: ${said.slice(0, 60)}`);
      }
      assert.deepEqual(troubled, []);
    },
  },
];
