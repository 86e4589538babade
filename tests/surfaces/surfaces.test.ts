// docs/reference/surfaces.md is the table in code, and what it says is served, or is not, is true of a running Fairlead.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { type Surface, surfaces } from '#http/data/surfaces.ts';
import { call } from '../journeys/caller.ts';
import { runFairlead } from '../journeys/running-fairlead.ts';
import { dialects } from '../support/dialects.ts';
import { formType, toForm } from '../support/form.ts';
import { renderSurfacesPage, surfacesPage, unserved } from './surfaces-page.ts';

const fairlead = await runFairlead({ after });

async function ask(method: string, path: string, body?: unknown) {
  const headers: Readonly<Record<string, string>> = Buffer.isBuffer(body) ? { 'content-type': formType } : {};
  const reply = await call({ url: fairlead.url, key: fairlead.key, method, path, body, headers });
  return { status: reply.status, text: reply.body.toString(), type: String(reply.headers['content-type']) };
}

const recording = toForm([
  ['file', Buffer.alloc(8_000), 'a.mp3'],
  ['model', 'sandbox/transcribe'],
]);

/** The smallest questions of surfaces that are not the whole of their dialect. */
const natives: Readonly<Record<string, unknown>> = {
  'embed-content': { content: { parts: [{ text: 'one two' }] } },
  'batch-embed-contents': {
    requests: [{ model: 'models/sandbox/echo', content: { parts: [{ text: 'one two' }] } }],
  },
  embeddings: { model: 'sandbox/echo', input: 'one two' },
  completions: { model: 'sandbox/echo', prompt: 'one two' },
  moderations: { model: 'sandbox/echo', input: 'one two' },
  'image-generations': { model: 'sandbox/image', prompt: 'one two' },
  'image-edits': { model: 'sandbox/image', prompt: 'one two', images: [{ image_url: 'data:image/png;base64,AAAA' }] },
  'audio-speech': { model: 'sandbox/speech', input: 'one two', voice: 'alloy' },
  'audio-transcriptions': recording,
  'audio-translations': recording,
  files: toForm([
    ['purpose', 'batch'],
    ['file', 'one', 'a.jsonl'],
  ]),
  batches: { input_file_id: 'file-never', endpoint: '/v1/chat/completions', completion_window: '24h' },
  rerank: { model: 'sandbox/echo', query: 'one', documents: ['one two', 'three'] },
};

/** The dialect's own smallest question. Lists are asked without a body. */
function question({ name: surface, protocol }: Surface): unknown {
  return natives[surface] ?? dialects.find(({ name }) => name === protocol)?.body('sandbox/echo', 'one two', false);
}

for (const surface of surfaces) {
  const { method, path, operation } = surface;
  test(`served: ${method} ${path}`, async () => {
    const isStored = operation === 'stored' || operation === 'send-file';
    const address = path.replace('*', isStored ? 'resp_never' : 'sandbox/echo');

    const { status, text } = await ask(method, address, method === 'POST' && !isStored ? question(surface) : undefined);

    if (isStored || operation === 'create-batch') assert.match(text, /object_not_found/);
    else assert.equal(status, 200, text);
  });
}

for (const { method, path, what } of unserved) {
  test(`not served: ${method} ${path}, ${what}`, async () => {
    const { status, text, type } = await ask(method, path, method === 'POST' ? {} : undefined);

    assert.ok(status === 404 || status === 405, `${status} ${text}`);
    assert.match(type, path.startsWith('/api/') ? /^text\/html/ : /^application\/json/);
  });
}

test('the page tells the table as it is; else run node tests/surfaces/surfaces-page.ts', () => {
  assert.equal(readFileSync(surfacesPage, 'utf8'), renderSurfacesPage());
});
