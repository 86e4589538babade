import type { CallerCanaries } from '#cli/privacy/canary-bodies.ts';
import { type CallOptions, openCall } from '../journeys/caller.ts';
import { type FormField, formType, toForm } from '../support/form.ts';
import type { Heard } from './shouting-caller.ts';

type Target = { readonly url: string; readonly key: string; readonly canaries: CallerCanaries };

const form = { 'content-type': formType };
const json = { 'content-type': 'application/json' };

/** Pictures, audio, vectors and files with canaries all over: in words, in bytes, in names, in what breaks off. */
export async function callMedia(model: string, { url, key, canaries }: Target): Promise<readonly Heard[]> {
  const heard: Heard[] = [];
  const ask = async (path: string, body: unknown, more: Partial<CallOptions> = {}) => {
    const kind = Buffer.isBuffer(body) ? form : json;
    const headers = { authorization: `Bearer ${key}`, 'x-title': canaries.header, ...kind };
    const reply = await openCall({ url, path, body, ...more, headers: { ...headers, ...more.headers } }).reply;
    const generation = reply.headers['x-generation-id'];
    heard.push({
      surface: 'media',
      outcome: reply.isWhole ? String(reply.status) : 'cut off',
      generation: typeof generation === 'string' ? generation : undefined,
    });
    return reply;
  };
  const { prompt, image, 'file name': name, user, document } = canaries;
  const asked = [
    ['model', model],
    ['prompt', prompt],
    ['user', user],
  ] as const satisfies readonly FormField[];
  for (const stream of [false, true]) {
    await ask('/v1/images/generations', { model, prompt, user, stream, partial_images: 1 });
    await ask('/v1/images/edits', toForm([...asked, ['stream', String(stream)], ['image', image, `${name}.png`]]));
    await ask('/v1/audio/speech', { model, input: prompt, voice: user, stream_format: stream ? 'sse' : 'audio' });
    const recording: readonly FormField[] = [['file', `${document}`.repeat(300), `${name}.mp3`], ...asked];
    await ask('/v1/audio/transcriptions', toForm([...recording, ['stream', String(stream)]]));
    await ask('/v1/audio/translations', toForm([...recording, ['response_format', 'srt']]));
  }
  await ask('/v1/embeddings', { model, input: [prompt, document], user });
  await ask(`/v1beta/models/${model}:embedContent`, { content: { parts: [{ text: prompt }] }, title: document });
  await ask('/api/v1/images', { model, prompt, provider: {} });
  // What breaks off, and what nobody can read.
  await ask('/v1/images/edits', toForm([...asked, ['image', image, name]]).subarray(0, -30));
  await ask('/v1/audio/transcriptions', `--${prompt}\r\n`, {
    headers: { 'content-type': `multipart/form-data; boundary=${name}` },
  });
  await callFiles(ask, canaries);
  return heard;
}

type Ask = (
  path: string,
  body: unknown,
  more?: Partial<CallOptions>,
) => Promise<{ readonly body: Buffer; readonly status: number }>;

async function callFiles(
  ask: Ask,
  { document, prompt, 'file name': name, 'object id': id }: CallerCanaries,
): Promise<void> {
  const line = JSON.stringify({
    ...{ custom_id: prompt, method: 'POST', url: '/v1/chat/completions' },
    body: { model: 'sandbox/echo', messages: [{ role: 'user', content: document }] },
  });
  const upload = toForm([
    ['purpose', 'batch'],
    ['file', `${line}\n`, `${name}.jsonl`],
  ]);
  const left = await ask('/v1/files', upload);
  const file = left.status === 200 ? String(JSON.parse(left.body.toString()).id) : `file-${id}`;
  const get = { method: 'GET', body: undefined };
  await ask(`/v1/files/${file}/content`, undefined, get);
  await ask('/v1/files', undefined, get);
  const batch = {
    input_file_id: file,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
    metadata: { a: prompt },
  };
  const made = await ask('/v1/batches', batch);
  const batchId = made.status === 200 ? String(JSON.parse(made.body.toString()).id) : `batch_${id}`;
  for (let look = 0; look < 3; look += 1) await ask(`/v1/batches/${batchId}`, undefined, get);
  await ask(`/v1/files/${file}`, undefined, { method: 'DELETE', body: undefined });
  await ask('/v1/files', upload.subarray(0, -40));
  await ask(`/v1/files/${id}`, undefined, get);
}
