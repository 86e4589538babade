import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Surface, surfaces } from '#http/data/surfaces.ts';
import { repository } from '../support/run-result.ts';

export const surfacesPage = join(repository, 'docs/reference/surfaces.md');

type Operation = Surface['operation'];

/** What is told of a dialect: its name for people, and the form of its streams. */
const dialects: Readonly<
  Record<Exclude<Surface['protocol'], 'asked'>, { readonly name: string; readonly stream: string }>
> = {
  'openai-chat': { name: 'OpenAI Chat', stream: 'server-sent events, when the body says `"stream": true`' },
  'openai-responses': { name: 'OpenAI Responses', stream: 'server-sent events, when the body says `"stream": true`' },
  'anthropic-messages': {
    name: 'Anthropic Messages',
    stream: 'server-sent events, when the body says `"stream": true`',
  },
  'gemini-generate': {
    name: 'Gemini',
    stream: 'always: server-sent events with `?alt=sse`, else one JSON list',
  },
};

/** Addresses of the same APIs that we do not serve. The test asks for each of them. */
export const unserved: readonly {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly what: string;
}[] = [
  { method: 'POST', path: '/v1/images/variations', what: 'variations of a picture' },
  { method: 'POST', path: '/v1/audio/voices', what: "voices of a caller's own" },
  { method: 'GET', path: '/v1/realtime', what: 'realtime sessions' },
  { method: 'POST', path: '/v1/uploads', what: 'uploads in parts' },
  { method: 'POST', path: '/v1/vector_stores', what: 'stores of vectors' },
  { method: 'GET', path: '/v1/chat/completions/chatcmpl-1', what: 'stored chat completions' },
  { method: 'POST', path: '/v1/conversations', what: 'conversations that are kept at the upstream' },
  { method: 'POST', path: '/v1/responses/compact', what: 'compaction of a conversation' },
  { method: 'POST', path: '/v1/messages/batches', what: 'batches of Anthropic' },
  { method: 'POST', path: '/v1beta/cachedContents', what: 'caches that are kept at Google' },
  { method: 'GET', path: '/v1beta/files', what: 'files of Gemini' },
  { method: 'POST', path: '/v1beta/interactions', what: 'interactions of Gemini' },
];

/** docs/reference/surfaces.md, made from the table in code. */
export function renderSurfacesPage(): string {
  return `${[...preface, ...generations(), ...native(), ...counts(), ...models(), ...endpoints(), ...stored(), ...missing(), ...others].join('\n')}\n`;
}

function generations(): readonly string[] {
  const rows = of('generate')
    .filter(({ speak }) => !speak)
    .map(
      ({ method, path, protocol, stream, router }) =>
        `| ${method} | ${shown(path)} | ${nameOf(protocol)}${router ? ", with OpenRouter's extras and dress" : ''} | ${streamOf(protocol, stream)} |`,
    );
  return [
    '',
    '## Generations',
    '',
    ...generationsIntro,
    '',
    '| method | address | dialect | streams |',
    '|---|---|---|---|',
    ...rows,
    '',
    ...generationsNotes,
  ];
}

function native(): readonly string[] {
  const rows = of('generate')
    .filter(({ speak }) => speak)
    .map(
      ({ name, method, path, router, speak }) =>
        `| ${method} | ${shown(path)} | ${natives[name] ?? name}${router ? ', with what OpenRouter adds' : ''} | ${askedIn(speak)} |`,
    );
  return [
    '',
    '## What is no chat',
    '',
    ...nativeIntro,
    '',
    '| method | address | what it is | upstreams that speak |',
    '|---|---|---|---|',
    ...rows,
    '',
    ...nativeNotes,
  ];
}

const natives: Readonly<Record<string, string>> = {
  embeddings: 'embeddings',
  'embed-content': 'one embedding, as Gemini speaks of it',
  'batch-embed-contents': 'embeddings, as Gemini speaks of them',
  completions: 'the older completions of a text, streamed or not',
  moderations: 'moderation',
  rerank: 'rerank: a query, documents, and how well each answers it',
  'audio-speech': 'speech: bytes of audio as they come, or events when the body says `"stream_format": "sse"`',
  'audio-transcriptions':
    'a recording as text, subtitles or JSON: a form of up to 26 MiB, below `/api/v1` JSON with `input_audio` as well; streamed when it says `stream=true`',
  'audio-translations': 'the same in English',
  'image-generations': 'pictures from words; streamed when the body says `"stream": true`',
  'image-edits': 'pictures from pictures: a form, or JSON with their addresses; streamed in the same way',
};

function askedIn(speak: Surface['speak']): string {
  return speak ? [speak.name, ...(speak.translation?.into ?? [])].map((name) => `\`${name}\``).join(', ') : '';
}

function counts(): readonly string[] {
  const rows = of('count').map(({ method, path, protocol }) => `| ${method} | ${shown(path)} | ${nameOf(protocol)} |`);
  return [
    '',
    '## Counts of tokens',
    '',
    ...countsIntro,
    '',
    '| method | address | dialect |',
    '|---|---|---|',
    ...rows,
  ];
}

function models(): readonly string[] {
  const rows = [...of('list-models'), ...of('show-model')].map(
    ({ method, path, protocol, router }) =>
      `| ${method} | ${shown(path)} | ${router ? 'OpenRouter' : nameOf(protocol)} |`,
  );
  return [
    '',
    '## Models',
    '',
    ...modelsIntro,
    '',
    '| method | address | dialect |',
    '|---|---|---|',
    ...rows,
    '',
    ...modelsNotes,
  ];
}

function endpoints(): readonly string[] {
  const rows = of('list-endpoints').map(
    ({ method, path, endpoints: asked }) => `| ${method} | ${shown(path)} | ${asked ? endpointLists[asked] : ''} |`,
  );
  return [
    '',
    '## Endpoints',
    '',
    ...endpointsIntro,
    '',
    '| method | address | what it lists |',
    '|---|---|---|',
    ...rows,
  ];
}

const endpointLists: Readonly<Record<NonNullable<Surface['endpoints']>, string>> = {
  'of-a-model': 'the endpoints of a model',
  'without-retention': 'the endpoints at which nothing is kept',
  providers: 'the providers',
};

const endpointsIntro = [
  "In OpenRouter's form: price, limits, quantization and, as this gateway measured them, uptime over five minutes, thirty and a day",
  '(`null` below a hundred requests), the wait for the first content in milliseconds, output tokens per second that so many of a',
  'hundred answers reached, and the share of answers whose tool calls nobody could use. `status` is 0 when all is well, -1 below 95 %',
  'of uptime, -2 below 80 %, -5 while its rate is used up, -10 while it is out.',
];
const keptOperations: readonly Operation[] = ['stored', 'list-kept', 'upload', 'send-file', 'create-batch'];

function stored(): readonly string[] {
  const rows = surfaces
    .filter(({ operation }) => keptOperations.includes(operation))
    .map(
      ({ method, path, kept, operation }) =>
        `| ${method} | ${shown(path)} | ${kept?.kind ?? ''}${doneThere[operation] ?? ''} |`,
    );
  return [
    '',
    '## What callers have stored',
    '',
    ...storedIntro,
    '',
    '| method | address | what |',
    '|---|---|---|',
    ...rows,
  ];
}

const doneThere: Readonly<Partial<Record<Operation, string>>> = {
  upload: ': a form of up to 512 MiB, passed on as it comes',
  'list-kept': 's of the workspace, the newest first, up to 100 a page',
  'send-file': ': its bytes',
  'create-batch': ': JSON that names a file',
};

function missing(): readonly string[] {
  const rows = unserved.map(
    ({ path, what }) => `| \`${path.replace('chatcmpl-1', '{id}').replace('sandbox/echo', '{model}')}\` | ${what} |`,
  );
  return [
    '',
    '## Not served yet',
    '',
    ...missingIntro,
    '',
    '| address | what it would be |',
    '|---|---|',
    ...rows,
    '',
    ...missingNotes,
  ];
}

function of(operation: Operation): readonly Surface[] {
  return surfaces.filter((surface) => surface.operation === operation);
}

function nameOf(protocol: Surface['protocol']): string {
  return protocol === 'asked' ? 'as the head asks' : dialects[protocol].name;
}

function streamOf(protocol: Surface['protocol'], stream: boolean | undefined): string {
  if (protocol === 'asked' || stream === false) return 'never';
  return dialects[protocol].stream;
}

function shown(path: string): string {
  return `\`${path.replace('*', /\/(?:responses|files|batches)\//.test(path) ? '{id}' : '{model}')}\``;
}

const preface = [
  '# Surfaces',
  '',
  '<!-- Made from src/http/data/surfaces.ts. Do not edit: run `node tests/surfaces/surfaces-page.ts`. -->',
  '',
  'Every address at which programs call Fairlead, and the addresses of the same APIs that it does not serve. How to point a',
  'program at them stands in [clients.md](../start/clients.md).',
  '',
  'The key is taken from `Authorization: Bearer`, `x-api-key`, `x-goog-api-key` or `?key=`, at every address alike. Bodies are',
  'JSON, up to 32 MiB, plain or compressed with gzip, deflate, br or zstd, unless the tables say otherwise. `{model}` may hold `/`, `:` and `@`, as they are or',
  'percent-encoded.',
];

const generationsIntro = [
  "Each is served by every endpoint of the model that was asked for, whatever the endpoint's upstream speaks. Where it speaks",
  "the caller's dialect, bytes are passed on but for [splices](splices.md); else the request is translated into the first",
  'protocol that the upstream names, and the answer back: see [dialects.md](dialects.md). Endpoints that need no translation',
  'are asked first.',
];

const generationsNotes = [
  '`/backend-api/codex/responses` is `/v1/responses` under the address that Codex knows as well.',
];

const nativeIntro = [
  'These have no counterpart in most other dialects. An upstream that names one of the protocols of the last column is asked; a',
  'model without such an upstream is refused. Where caller and upstream speak the same, bytes pass but for [splices](splices.md).',
  'Embeddings alone are translated, between the two dialects that have them: tokens in place of texts, pictures, and lengths that',
  'differ within one batch are refused then, and a task or title that only Gemini knows is named in `x-fairlead-dropped`.',
];

const nativeNotes = [
  'Embeddings, moderation and rerank have no output: their input is held, and charged as the upstream reports it; a reply without',
  'usage is charged by our estimate. Where rerank is billed by searches, as at Cohere, a search is one unit of input: give such a',
  'model a price per `request`. A completion that names no `max_tokens` gets 16, as at OpenAI; below `/api/v1` it gets what the',
  'endpoint gives. `best_of` above `n` is refused: answers that are billed and not shown cannot be checked.',
  '',
  'Pictures are held for by `n` and `size`: the tokens that so many can be at most, and the price per `image` where there is one.',
  'They are charged by the tokens that the upstream reports where output has a price, else by the piece, as many as came. `n` is at',
  'most 10. Sketches (`partial_images`) pass as they come. A host that makes pictures in one piece only answers a stream with one.',
  '',
  'Audio is charged by tokens (`audio_input`, `audio_output`, else as text) and by the second where a price names `audio_second`, as',
  'the upstream reports them. Speech as bytes reports nothing: its length is read from its frames, at 1,250 tokens a minute, which is',
  "OpenAI's own figure. The length of a recording is read from its container (WAV, FLAC, Ogg, MP4, MP3, AAC); one that tells none",
  'is held for as if it were Opus at its slowest. Bytes of audio have no form in which a fault could be told: when the upstream breaks',
  'off, the connection to the caller does. A recording and the pictures of a form are read whole before they go up, so that the next',
  'endpoint gets them when one fails; a form that two readers could read in two ways is refused.',
];

const countsIntro = [
  "Asked of the model's first endpoint that speaks the caller's dialect. Where there is none, or it gives no answer in time, the",
  'count is estimated. `x-fairlead-usage-source` says which: `reported` or `estimated`. A count costs nothing and works with an',
  'empty wallet. Chat Completions has no such address.',
];

const modelsIntro = [
  "What the catalogue offers, in the shape of the caller's dialect. It costs nothing and works with an empty wallet.",
];

const modelsNotes = [
  '"As the head asks": with `anthropic-version` in the shape of Anthropic, with `x-goog-api-key` or `?key=` in that of Gemini, else',
  'in that of OpenAI. The list is one page.',
];

const storedIntro = [
  'Asked of the one upstream that keeps the object, for the workspace that left it there; see',
  '[dialects.md](dialects.md#what-an-upstream-stores). A stored response is not streamed again (`?stream=true` is refused).',
  '',
  'A file goes to the upstream that `x-fairlead-upstream` names, else to that of the default model, else to the first in the file',
  "that speaks `openai-chat` and where the workspace's `storage` allows it; the sandbox comes last. It passes once: nothing of it is",
  'held or sent again, and a break in the middle is told. A request that names files by `file_id` goes to the upstream that keeps',
  'them; ids of others are as unknown as ids that never were. Keeping a file costs nothing here.',
  '',
  'A batch goes where its file is, which has up to 50,000 lines and 64 MiB; they name models as that upstream knows them. What it can',
  'cost at most is set aside before it begins, each item is settled when the batch is done, and the rest comes back: see',
  '[limits.md](limits.md#batches). `batches=on` lets them pass for a workspace. Its results are files of its workspace.',
];

const missingIntro = [
  'These answer with a refusal in the dialect of their API: 404, or 405 where another method is served.',
];

const missingNotes = [
  'Below `/api/v1` an address that is not in the tables above gets the 404 page for people, not a refusal in JSON.',
  'WebSocket transports, streams of `background` responses and prompts that are stored in an account are not served either.',
];

const others = [
  '',
  '## Beside the APIs',
  '',
  '| address | what it gives |',
  '|---|---|',
  '| `/healthz`, `/readyz`, `/metrics` | for machines that watch; see [promises-of-start.md](promises-of-start.md) |',
  '| `/schema/config.json` | the JSON Schema of `fairlead.yaml` |',
  '| `/setup/{token}` | the set-up link of the first start |',
  '| `/simulator/modes` | the faults of the built-in simulator, unless `sandbox: false` |',
];

if (import.meta.main) writeFileSync(surfacesPage, renderSurfacesPage());
