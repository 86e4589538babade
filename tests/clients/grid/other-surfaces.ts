// What is no chat, with the official SDKs: pictures, audio, vectors, files, batches, at every upstream. One that has no such
// thing refuses in the SDK's own words, which is looked at as well.
import assert from 'node:assert/strict';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenAI as GoogleGenAI2 } from 'genai2';
import OpenAI, { toFile } from 'openai';
import OpenAI6, { toFile as toFile6 } from 'openai6';
import { fieldOf } from '../feature.ts';
import type { Column } from './columns.ts';

type Door = { readonly url: string; readonly key: string };
type Kind = 'vectors' | 'pictures' | 'audio' | 'files and batches';
type Check = readonly [name: string, run: () => Promise<void>, kind: Kind];

const alone =
  'an upstream that is asked in Responses alone has no such address; one that speaks openai-chat too has it';
const anthropic = "Anthropic's API has none for an upload to be passed on to as it is";
const bedrock = 'Converse has none';
const gemini = 'Gemini does it in its own dialect, and these are never translated';

/** What the real thing behind an upstream does not have, and why we say so. */
const lacking: Readonly<Record<string, Partial<Record<Kind, string>>>> = {
  responses: { vectors: alone, pictures: alone, audio: alone, 'files and batches': alone },
  anthropic: { vectors: anthropic, pictures: anthropic, audio: anthropic, 'files and batches': anthropic },
  gemini: { pictures: gemini, audio: gemini, 'files and batches': gemini },
  bedrock: { vectors: bedrock, pictures: bedrock, audio: bedrock, 'files and batches': bedrock },
};

export type OtherSurfaces = {
  readonly cells: readonly OtherCell[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
};

export type OtherCell = {
  readonly row: string;
  readonly column: string;
  /** Why it is refused there, as it should be. */
  readonly lack: string | undefined;
  readonly error: string | undefined;
};

export async function checkOtherSurfaces(door: Door, columns: readonly Column[]): Promise<OtherSurfaces> {
  const cells: OtherCell[] = [];
  for (const column of columns) {
    for (const [row, run, kind] of checksAt(door, column)) {
      const lack = lacking[column.name]?.[kind];
      const error = await (lack === undefined ? run() : refuses(run)).then(
        () => undefined,
        (thrown: unknown) => String(thrown),
      );
      cells.push({ row, column: column.name, lack, error });
    }
  }
  return { cells, rows: [...new Set(cells.map(({ row }) => row))], columns: columns.map(({ name }) => name) };
}

/** An error of the SDK's, with a status and a sentence that say that there is no such endpoint. */
async function refuses(run: () => Promise<void>): Promise<void> {
  const thrown: unknown = await run().then(
    () => assert.fail('it was answered'),
    (error: unknown) => error,
  );
  if (thrown instanceof assert.AssertionError) throw thrown;
  assert.ok(thrown instanceof Error);
  assert.ok([400, 404].includes(Number(fieldOf(thrown, 'status'))), `${thrown.constructor.name}: ${thrown.message}`);
}

/** Rows are what an SDK does, columns are upstreams: `ok`, `refused` where there is nothing to ask, or a failure. */
export function renderOthers({ cells, rows, columns }: OtherSurfaces): string {
  const shown = (row: string, column: string) => {
    const cell = cells.find((each) => each.row === row && each.column === column);
    if (cell === undefined) return '';
    return cell.error !== undefined ? 'FAILED' : cell.lack === undefined ? 'ok' : 'refused';
  };
  const lines = [['', ...columns], ...rows.map((row) => [row, ...columns.map((column) => shown(row, column))])];
  const widths = ['', ...columns].map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const grid = lines.map((line) =>
    line
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const why = columns.flatMap((column) =>
    Object.entries(lacking[column] ?? {}).map(([kind, reason]) => `Refused at ${column}, ${kind}: ${reason}.`),
  );
  return [...grid, '', ...why].join('\n');
}

function checksAt(door: Door, column: Column): readonly Check[] {
  // Files and batches name no model: the header says whose they are.
  const defaultHeaders = { 'x-fairlead-upstream': column.name };
  const options = { baseURL: `${door.url}/v1`, apiKey: door.key, maxRetries: 0, defaultHeaders };
  const google = { apiKey: door.key, httpOptions: { baseUrl: door.url } };
  return [
    ...openaiChecks('openai 7', new OpenAI(options), { fileOf: toFile, model: column.model }),
    // The two majors have the same shape here, but not the same types.
    ...openaiChecks('openai 6', new OpenAI6(options) as unknown as OpenAI, {
      fileOf: toFile6 as unknown as typeof toFile,
      model: column.model,
    }),
    ...genaiChecks('@google/genai 3', new GoogleGenAI(google), column.model),
    ...genaiChecks('@google/genai 2', new GoogleGenAI2(google) as unknown as GoogleGenAI, column.model),
  ];
}

type Means = { readonly fileOf: typeof toFile; readonly model: Column['model'] };

function openaiChecks(sdk: string, client: OpenAI, { fileOf, model }: Means): readonly Check[] {
  const speak = async () => {
    const asked = { model: model('speech'), voice: 'alloy', input: 'one two three', response_format: 'wav' } as const;
    return Buffer.from(await (await client.audio.speech.create(asked)).arrayBuffer());
  };
  const recording = () => fileOf(silence(3), 'a.wav');
  return [
    [
      `${sdk}: embeddings`,
      async () => {
        const { data, usage } = await client.embeddings.create({ model: model('embed'), input: ['a b', 'c'] });
        assert.deepEqual([data.length, data[0]?.embedding.length, usage.prompt_tokens], [2, 16, 3]);
      },
      'vectors',
    ],
    [
      `${sdk}: pictures`,
      async () => {
        const { data } = await client.images.generate({ model: model('image'), prompt: 'a boat', n: 2 });
        assert.equal(data?.length, 2);
      },
      'pictures',
    ],
    [
      `${sdk}: pictures, streamed`,
      async () => {
        const asked = { model: model('image'), prompt: 'a', stream: true, partial_images: 2 } as const;
        const types: string[] = [];
        for await (const event of await client.images.generate(asked)) types.push(event.type);
        assert.equal(types.at(-1), 'image_generation.completed');
        assert.equal(types.length, 3);
      },
      'pictures',
    ],
    [
      `${sdk}: a picture changed`,
      async () => {
        const image = await fileOf(Buffer.from('png'), 'a.png', { type: 'image/png' });
        const { data } = await client.images.edit({ model: model('image'), prompt: 'a', image });
        assert.equal(data?.length, 1);
      },
      'pictures',
    ],
    [`${sdk}: speech`, async () => assert.equal((await speak()).length, 3 * 19_200 + 44), 'audio'],
    [
      `${sdk}: a transcript`,
      async () => {
        const { text } = await client.audio.transcriptions.create({
          model: model('transcribe'),
          file: await recording(),
        });
        assert.match(text, /harbour/);
      },
      'audio',
    ],
    [
      `${sdk}: a transcript, streamed`,
      async () => {
        const asked = { model: model('echo'), file: await recording(), stream: true } as const;
        const types: string[] = [];
        for await (const event of await client.audio.transcriptions.create(asked)) types.push(event.type);
        assert.equal(types.at(-1), 'transcript.text.done');
      },
      'audio',
    ],
    [
      `${sdk}: a translation`,
      async () => {
        const { text } = await client.audio.translations.create({
          model: model('transcribe'),
          file: await recording(),
        });
        assert.match(text, /harbour/);
      },
      'audio',
    ],
    [`${sdk}: files and a batch`, () => leaveAndBatch(client, fileOf), 'files and batches'],
  ];
}

/** So many words of nothing: a WAV of 24,000 samples a second, of two bytes each. */
function silence(words: number): Buffer {
  const [data, head] = [Buffer.alloc(words * 19_200), Buffer.alloc(44)];
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(24_000, 24);
  head.writeUInt32LE(48_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
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

function genaiChecks(sdk: string, client: GoogleGenAI, modelOf: Column['model']): readonly Check[] {
  const model = modelOf('embed');
  return [
    [
      `${sdk}: one embedding`,
      async () => assert.equal((await client.models.embedContent({ model, contents: 'a b c' })).embeddings?.length, 1),
      'vectors',
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
      'vectors',
    ],
  ];
}
