// What is no chat, with the official SDKs: pictures, audio, vectors, files, batches, at the sandbox of one Fairlead.
import assert from 'node:assert/strict';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenAI as GoogleGenAI2 } from 'genai2';
import OpenAI, { toFile } from 'openai';
import OpenAI6, { toFile as toFile6 } from 'openai6';

type Door = { readonly url: string; readonly key: string };
type Check = readonly [name: string, run: () => Promise<void>];

export type OtherSurfaces = {
  readonly passed: number;
  readonly failures: readonly { readonly name: string; readonly error: string }[];
};

export async function checkOtherSurfaces(door: Door): Promise<OtherSurfaces> {
  const options = { baseURL: `${door.url}/v1`, apiKey: door.key, maxRetries: 0 };
  const google = { apiKey: door.key, httpOptions: { baseUrl: door.url } };
  const checks = [
    ...openaiChecks('openai 7', new OpenAI(options), toFile),
    // The two majors have the same shape here, but not the same types.
    ...openaiChecks('openai 6', new OpenAI6(options) as unknown as OpenAI, toFile6 as unknown as typeof toFile),
    ...genaiChecks('@google/genai 3', new GoogleGenAI(google)),
    ...genaiChecks('@google/genai 2', new GoogleGenAI2(google) as unknown as GoogleGenAI),
  ];
  const failures: { name: string; error: string }[] = [];
  for (const [name, run] of checks) {
    await run().catch((thrown: unknown) => failures.push({ name, error: String(thrown) }));
  }
  return { passed: checks.length - failures.length, failures };
}

function openaiChecks(sdk: string, client: OpenAI, fileOf: typeof toFile): readonly Check[] {
  const speak = async () => {
    const asked = { model: 'sandbox/speech', voice: 'alloy', input: 'one two three', response_format: 'wav' } as const;
    return Buffer.from(await (await client.audio.speech.create(asked)).arrayBuffer());
  };
  const recording = async () => await fileOf(await speak(), 'a.wav');
  return [
    [
      `${sdk}: embeddings`,
      async () => {
        const { data, usage } = await client.embeddings.create({ model: 'sandbox/embed', input: ['a b', 'c'] });
        assert.deepEqual([data.length, data[0]?.embedding.length, usage.prompt_tokens], [2, 16, 3]);
      },
    ],
    [
      `${sdk}: pictures`,
      async () => {
        const { data } = await client.images.generate({ model: 'sandbox/image', prompt: 'a boat', n: 2 });
        assert.equal(data?.length, 2);
      },
    ],
    [
      `${sdk}: pictures, streamed`,
      async () => {
        const asked = { model: 'sandbox/image', prompt: 'a', stream: true, partial_images: 2 } as const;
        const types: string[] = [];
        for await (const event of await client.images.generate(asked)) types.push(event.type);
        assert.equal(types.at(-1), 'image_generation.completed');
        assert.equal(types.length, 3);
      },
    ],
    [
      `${sdk}: a picture changed`,
      async () => {
        const image = await fileOf(Buffer.from('png'), 'a.png', { type: 'image/png' });
        const { data } = await client.images.edit({ model: 'sandbox/image', prompt: 'a', image });
        assert.equal(data?.length, 1);
      },
    ],
    [`${sdk}: speech`, async () => assert.equal((await speak()).length, 3 * 19_200 + 44)],
    [
      `${sdk}: a transcript`,
      async () => {
        const { text } = await client.audio.transcriptions.create({
          model: 'sandbox/transcribe',
          file: await recording(),
        });
        assert.match(text, /harbour/);
      },
    ],
    [
      `${sdk}: a transcript, streamed`,
      async () => {
        const asked = { model: 'sandbox/echo', file: await recording(), stream: true } as const;
        const types: string[] = [];
        for await (const event of await client.audio.transcriptions.create(asked)) types.push(event.type);
        assert.equal(types.at(-1), 'transcript.text.done');
      },
    ],
    [
      `${sdk}: a translation`,
      async () => {
        const { text } = await client.audio.translations.create({
          model: 'sandbox/transcribe',
          file: await recording(),
        });
        assert.match(text, /harbour/);
      },
    ],
    [`${sdk}: files and a batch`, () => leaveAndBatch(client, fileOf)],
  ];
}

async function leaveAndBatch(client: OpenAI, fileOf: typeof toFile): Promise<void> {
  const body = { model: 'sandbox/echo', messages: [{ role: 'user', content: 'hi there' }] };
  const line = JSON.stringify({ custom_id: 'x', method: 'POST', url: '/v1/chat/completions', body });
  const file = await fileOf(Buffer.from(`${line}\n`), 'b.jsonl');
  const { id } = await client.files.create({ purpose: 'batch', file });
  const listed: string[] = [];
  for await (const each of client.files.list({ limit: 1 })) listed.push(each.id);
  assert.ok(listed.includes(id));
  assert.equal(await (await client.files.content(id)).text(), `${line}\n`);
  const asked = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const;
  let batch = await client.batches.create(asked);
  for (let looks = 0; batch.status !== 'completed' && looks < 5; looks += 1)
    batch = await client.batches.retrieve(batch.id);
  assert.match(await (await client.files.content(batch.output_file_id ?? '')).text(), /hi there/);
  assert.equal((await client.files.delete(id)).deleted, true);
}

function genaiChecks(sdk: string, client: GoogleGenAI): readonly Check[] {
  const model = 'sandbox/embed';
  return [
    [
      `${sdk}: one embedding`,
      async () => assert.equal((await client.models.embedContent({ model, contents: 'a b c' })).embeddings?.length, 1),
    ],
    [
      `${sdk}: embeddings of a length`,
      async () => {
        const asked = { model, contents: ['a', 'b'], config: { outputDimensionality: 8 } };
        const { embeddings } = await client.models.embedContent(asked);
        assert.deepEqual(
          embeddings?.map(({ values }) => values?.length),
          [8, 8],
        );
      },
    ],
  ];
}
