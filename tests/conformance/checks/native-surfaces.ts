import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { freePrice } from '#core/money/price.ts';
import { geminiBatchEmbedContents } from '#core/protocol/gemini-embeddings/gemini-embeddings.ts';
import { audioTranscriptions, audioTranslations } from '#core/protocol/openai-audio/openai-audio.ts';
import { openaiEmbeddings } from '#core/protocol/openai-embeddings/openai-embeddings.ts';
import { imageGenerations } from '#core/protocol/openai-images/openai-images.ts';
import type { Protocol, UpstreamAsk } from '#core/protocol/protocol.ts';
import { formType, toForm } from '../../support/form.ts';
import { at, text } from '../oracle/plain.ts';
import type { Report, Verdict } from '../report.ts';

// What is no chat, as it was recorded: spliced by its one row, read for what is charged, and embeddings translated.

type Row = {
  readonly id: string;
  readonly url: string;
  readonly status: number;
  readonly request: string;
  readonly reply: string;
  readonly contentType: string;
};

const surfaces: readonly (readonly [path: RegExp, protocol: Protocol, name: string])[] = [
  [/\/embeddings(\?|$)/, openaiEmbeddings, 'embeddings'],
  [/\/images\/generations$/, imageGenerations, 'images'],
  [/\/audio\/transcriptions$/, audioTranscriptions, 'transcriptions'],
  [/\/audio\/translations$/, audioTranslations, 'translations'],
];

/** Recordings of forms hold no form: this one stands for it. */
const form = toForm([
  ['file', Buffer.alloc(4_000, 'x'), 'a.mp3'],
  ['model', 'whisper-1'],
]);

export function checkNativeSurfaces(report: Report, wire: string): void {
  for (const row of ['embeddings', 'images', 'audio'].flatMap((file) => readRows(wire, file))) {
    const [, protocol, name] = surfaces.find(([path]) => path.test(row.url)) ?? [];
    if (!protocol || !name) continue;
    report.check({ table: 'other surfaces: requests', pair: name, id: row.id }, () => checkRequest(protocol, row));
    report.check({ table: 'other surfaces: replies', pair: name, id: row.id }, () => checkReply(protocol, row));
    if (name === 'embeddings' && row.status === 200) {
      const pair = 'openai ⇄ gemini';
      report.check({ table: 'other surfaces: translated', pair, id: row.id }, () => checkTranslation(row));
    }
  }
}

function readRows(wire: string, file: string): readonly Row[] {
  const lines = gunzipSync(readFileSync(join(wire, `exchanges/${file}.jsonl.gz`))).toString('utf8');
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const row: unknown = JSON.parse(line);
      return {
        id: text(at(row, 'id')),
        url: text(at(row, 'url')),
        status: Number(at(row, 'status')),
        request: text(at(row, 'req')),
        reply: text(at(row, 'res')),
        contentType: text(at(row, 'res_headers', 'content-type')),
      };
    });
}

function isForm({ request }: Row): boolean {
  return request.startsWith('[multipart');
}

function checkRequest(protocol: Protocol, row: Row): Verdict {
  const body = isForm(row) ? form : Buffer.from(row.request);
  const address = { model: undefined, stream: undefined, contentType: isForm(row) ? formType : undefined };
  const facts = protocol.readRequest(body, address);
  const spliced = protocol.spliceRequest(body, facts, askFor('other-name'));
  const expected = isForm(row)
    ? body.toString('latin1').replace(facts.model, 'other-name')
    : body.toString('latin1').replace(/("model"\s*:\s*)"[^"]*"/, '$1"other-name"');
  if (Buffer.from(spliced.bytes).toString('latin1') !== expected)
    return { path: 'bytes', detail: 'not as the table says' };
  return String(spliced.splices) === 'model' ? undefined : { path: 'splices', detail: String(spliced.splices) };
}

function checkReply(protocol: Protocol, { status, reply, contentType }: Row): Verdict {
  const bytes = Buffer.from(reply);
  if (status !== 200) {
    const said = at(JSON.parse(reply), 'error');
    const words = [text(at(said, 'code')), text(at(said, 'type'))].filter((word) => /^[a-z][a-z_]+$/.test(word));
    const code = protocol.readErrorCode(bytes);
    return code === (words[0] ?? 'unknown') ? undefined : { path: 'code', detail: code };
  }
  const facts = protocol.readReply(bytes, contentType);
  if (facts.kind !== 'answer' || !facts.hasContent) return { path: 'kind', detail: facts.kind };
  const value: unknown = JSON.parse(reply);
  const usage = at(value, 'usage');
  const seconds = at(usage, 'seconds');
  if (seconds !== undefined && facts.usage?.audioSeconds !== Math.ceil(Number(seconds))) {
    return { path: 'usage.seconds', detail: `${facts.usage?.audioSeconds}` };
  }
  const input = at(usage, 'prompt_tokens') ?? at(usage, 'total_tokens') ?? at(usage, 'input_tokens');
  if (input !== undefined && facts.usage?.input !== input) return { path: 'usage', detail: `${facts.usage?.input}` };
  if (usage === undefined && facts.usage !== undefined) return { path: 'usage', detail: 'made up' };
  const data = at(value, 'data');
  const pictures = facts.shown?.images;
  return pictures === undefined || (Array.isArray(data) && data.length === pictures)
    ? undefined
    : { path: 'images', detail: `${pictures}` };
}

/** There and back: the texts that go up, and each number of each vector that comes back. */
function checkTranslation({ request, reply }: Row): Verdict {
  const body = Buffer.from(request);
  const address = { model: undefined, stream: undefined };
  const facts = openaiEmbeddings.readRequest(body, address);
  const asked = at(JSON.parse(request), 'input');
  const inputs = Array.isArray(asked) ? asked : [asked];
  const open = () => openaiEmbeddings.translation?.open({ body, address, facts }, 'gemini-generate', askFor('up'));
  if (inputs.some((input) => typeof input !== 'string')) return refuses(open);
  const opened = open();
  if (!opened) return { path: 'open', detail: 'nothing was opened' };
  const requests = at(JSON.parse(opened.body), 'requests');
  const sent = Array.isArray(requests) ? requests.map(textOfRequest) : [];
  if (JSON.stringify(sent) !== JSON.stringify(inputs)) return { path: 'texts', detail: `${sent.length}` };
  const vectors = vectorsOf(reply);
  const answered = Buffer.from(JSON.stringify({ embeddings: vectors.map((values) => ({ values })) }));
  const read = geminiBatchEmbedContents.readReply(answered);
  const back = opened.whole(answered);
  if (read.kind !== 'answer' || !back) return { path: 'reply', detail: read.kind };
  const returned = vectorsOf(Buffer.from(back).toString());
  return JSON.stringify(returned) === JSON.stringify(vectors)
    ? undefined
    : { path: 'vectors', detail: 'other numbers' };
}

function textOfRequest(request: unknown): unknown {
  const parts = at(request, 'content', 'parts');
  return Array.isArray(parts) && parts.length === 1 ? at(parts[0], 'text') : undefined;
}

function refuses(open: () => unknown): Verdict {
  try {
    open();
  } catch {
    return undefined;
  }
  return { path: 'tokens', detail: 'tokens were carried into another dialect' };
}

function vectorsOf(reply: string): readonly (readonly number[])[] {
  const data = at(JSON.parse(reply), 'data');
  return (Array.isArray(data) ? data : []).map((datum) => {
    const embedding: unknown = at(datum, 'embedding');
    if (Array.isArray(embedding)) return embedding.map(Number);
    const bytes = new Uint8Array(Buffer.from(text(embedding), 'base64'));
    return [...new Float32Array(bytes.buffer)];
  });
}

function askFor(model: string): UpstreamAsk {
  const upstream = {
    ...{ name: 'up', provider: 'openai', seller: 'operator', protocols: ['openai-chat' as const], enabled: true },
    ...{ baseUrl: 'http://127.0.0.1:9/v1', type: 'first_party' as const, region: 'us' },
    data: { retentionDays: 0, trains: false, source: 'test', checked: '' },
  };
  const endpoint = {
    ...{ id: 'm@up', model: 'm', upstreamModel: model, upstream, price: { id: 'p', price: freePrice } },
    ...{ context: 128_000, maxOutput: 16_384 },
  };
  return { endpoint, model, outputLimit: 16_384, pseudonym: (user) => user };
}
