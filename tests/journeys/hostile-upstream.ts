import { gzipSync } from 'node:zlib';
import type { Cleanup } from './running-fairlead.ts';
import { answerOf, chunkOf, type Received, type ScriptedUpstream, sse, startUpstream } from './scripted-upstream.ts';

const json = { 'content-type': 'application/json' };
const done = 'data: [DONE]\n\n';
const endlessMs = 20;
const inflatedPiece = chunkOf('word '.repeat(13_000));

export const inflatedBytes = 2_400 * inflatedPiece.length;

/** What each model of this upstream does. Its name up there is the word that the request asks for. */
const answers: Readonly<Record<string, (received: Received) => void>> = {
  ok: ({ response }) => void response.writeHead(200, json).end(answerOf('hello')),
  stream: ({ response }) => void response.writeHead(200, sse).end(`${chunkOf('hi')}${chunkOf('', 'stop')}${done}`),
  fails: ({ response }) => void response.writeHead(500, json).end('{"error":{"code":"broken"}}'),
  refuses: ({ response }) => void response.writeHead(400, json).end('{"error":{"code":"bad_request"}}'),
  silent: () => {},
  lingers: ({ response }) => void response.writeHead(200, sse).write(`${chunkOf('hi', 'stop')}${done}`),
  babbles({ response, left }) {
    response.writeHead(200, sse).write(`${chunkOf('hi', 'stop')}${done}`);
    const timer = setInterval(() => response.write(chunkOf('more')), endlessMs);
    void left.then(() => clearInterval(timer));
  },
  'half-cut': ({ response }) =>
    void response.writeHead(200, sse).end(`${choice(0, 'whole', 'stop')}${choice(1, 'not wh', null)}`),
  'not-cut': ({ response }) => void response.writeHead(200, sse).end(chunkOf('whole', 'stop')),
  large: ({ response }) => void response.writeHead(200, json).end(largeAnswer),
  'deep-text': ({ response }) => void response.writeHead(200, json).end(deepAnswer('[{"text":', '"x"', '}]', 20_000)),
  'deep-broken': ({ response }) => void response.writeHead(200, json).end('[1,'.repeat(200_000)),
  'deep-whole': ({ response }) => void response.writeHead(200, json).end(deepAnswer('[', '', ']', 200_000)),
  'deep-error': ({ response }) =>
    void response.writeHead(500, json).end(`{"error":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
  'deep-event': ({ response }) =>
    void response
      .writeHead(200, sse)
      .end(`${chunkOf('hi')}data: {"choices":[],"usage":${'['.repeat(200_000)}${']'.repeat(200_000)}}\n\n${done}`),
  unmeasured: ({ response }) =>
    void response.writeHead(200, json).end(answerOf('hi').replace(/,"usage":\{[^}]*\}/, '')),
  flood: ({ response }) => void response.writeHead(200, { ...sse, 'content-encoding': 'gzip' }).end(flood()),
};

export const largeText = 'steady '.repeat(1_800_000);
const largeAnswer = answerOf(largeText);

/** Does to whoever asks what the model of the request is named for. */
export async function startHostileUpstream(cleanup: Cleanup): Promise<ScriptedUpstream> {
  return await startUpstream(cleanup, (received) => {
    const model = /"model":"([^"]*)"/.exec(received.body.toString())?.[1] ?? '';
    answers[model]?.(received);
  });
}

/** The `models:` of one upstream in the configuration: all of the above at one price. */
export function modelsAt(prefix: string, price: string): string {
  return Object.keys(answers)
    .map((name) => `      ${name}: { as: ${prefix}/${name}, price: ${price} }`)
    .join('\n');
}

function choice(index: number, text: string, finish: string | null): string {
  return chunkOf(text, finish).replace('"index":0', `"index":${index}`);
}

function deepAnswer(open: string, inside: string, close: string, levels: number): string {
  const content = `${open.repeat(levels)}${inside}${close.repeat(levels)}`;
  return `{"choices":[{"index":0,"message":{"role":"assistant","content":${content}},"finish_reason":"stop"}]}`;
}

/** Few bytes on the wire that stand for many. */
function flood(): Buffer {
  return gzipSync(Buffer.alloc(inflatedBytes, inflatedPiece), { level: 1 });
}
