import type { Cleanup } from '../journeys/running-fairlead.ts';
import { type Received, type ScriptedUpstream, sse, startUpstream } from '../journeys/scripted-upstream.ts';

/** Where an upstream can say something; each place gets a canary of its own. */
export const upstreamPlaces = [
  'output',
  'reasoning',
  'tool name',
  'reply id',
  'reply model',
  'finish reason',
  'unknown field',
  'event name',
  'comment',
  'error message',
  'error code',
  'error type',
  'error param',
  'html',
  'header',
  'content type',
  'encoding',
  'location',
  'retry after',
  'reason phrase',
  'usage',
] as const;

type Canaries = Readonly<Record<(typeof upstreamPlaces)[number], string>>;

/** An upstream that says its canaries in every place where one can speak, in good answers and in bad ones, in turn. */
export function startShoutingUpstream(cleanup: Cleanup, canaries: Canaries): Promise<ScriptedUpstream> {
  return startUpstream(cleanup, (received, index) => shouts[index % shouts.length]?.(received, canaries));
}

type Shout = (received: Received, canaries: Canaries) => void;

const json = 'application/json';

const shouts: readonly Shout[] = [
  (received, canaries) => sendAnswer(received, canaries, '{"prompt_tokens":9,"completion_tokens":9,"total_tokens":18}'),
  (received, canaries) => sendAnswer(received, canaries, `{"prompt_tokens":"${canaries.usage}","completion_tokens":1}`),
  (received, canaries) => sendAnswer(received, canaries, `"${canaries.usage}"`),
  (received, canaries) => sendError(received, canaries, 400),
  (received, canaries) => sendError(received, canaries, 401),
  (received, canaries) => sendError(received, canaries, 429),
  (received, canaries) => sendError(received, canaries, 500),
  (received, canaries) => sendError(received, canaries, 200),
  ({ response }, canaries) => response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${canaries.html}`),
  ({ response }, canaries) => response.writeHead(200, { 'content-type': `x/${canaries['content type']}` }).end('?'),
  ({ response }, canaries) => response.writeHead(200, { 'content-encoding': canaries.encoding }).end('?'),
  ({ response }, canaries) => response.writeHead(302, { location: `http://127.0.0.1:9/${canaries.location}` }).end(),
  ({ response }, canaries) => response.writeHead(200, { 'content-type': json }).end(`{"choices":[${canaries.output}`),
  ({ response }, canaries) => response.writeHead(200, sse).end(`data: {"choices":[${canaries.output}\n\n`),
  ({ response }, canaries) => response.writeHead(200, sse).end(`data: {"error":${errorOf(canaries)}}\n\n`),
  ({ response }, canaries) =>
    response.writeHead(200, sse).end(`${chunk(canaries)}data: {"error":${errorOf(canaries)}}\n\n`),
  ({ response }, canaries) => {
    response.writeHead(200, sse).write(chunk(canaries), () => response.destroy());
  },
  ({ response }, canaries) => {
    response.socket?.end(`HTTP/1.1 ${canaries['reason phrase']} no status\r\n${canaries.header}\r\n\r\n`);
  },
];

function sendAnswer({ body, response }: Received, canaries: Canaries, usage: string): void {
  const headers = { 'x-request-id': canaries.header, server: canaries.header, 'set-cookie': `a=${canaries.header}` };
  if (/"stream":true/.test(body.toString())) {
    response.writeHead(200, canaries['reason phrase'], { ...headers, ...sse });
    response.write(
      `: ${canaries.comment}\n\nevent: ${canaries['event name']}\nid: ${canaries['event name']}\ndata: {}\n\n`,
    );
    response.write(chunk(canaries));
    const finish = `{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"${canaries['finish reason']}"}],"usage":${usage}}`;
    response.end(`data: ${finish}\n\ndata: [DONE]\n\n`);
    return;
  }
  const choice = `{"index":0,"message":${message(canaries)},"finish_reason":"${canaries['finish reason']}"}`;
  response.writeHead(200, canaries['reason phrase'], { ...headers, 'content-type': json });
  response.end(`${head(canaries)}"choices":[${choice}],"usage":${usage}}`);
}

function chunk(canaries: Canaries): string {
  return `data: ${head(canaries)}"choices":[{"index":0,"delta":${message(canaries)},"finish_reason":null}]}\n\n`;
}

function head(canaries: Canaries): string {
  return `{"id":"${canaries['reply id']}","model":"${canaries['reply model']}","${canaries['unknown field']}":1,`;
}

function message(canaries: Canaries): string {
  const call = { index: 0, id: 'c', type: 'function', function: { name: canaries['tool name'], arguments: '{}' } };
  const said = { role: 'assistant', content: canaries.output, reasoning_content: canaries.reasoning };
  return JSON.stringify({ ...said, tool_calls: [call] });
}

function errorOf(canaries: Canaries): string {
  const { 'error message': text, 'error code': code, 'error type': type, 'error param': param } = canaries;
  return JSON.stringify({ message: text, code, type, param });
}

function sendError({ response }: Received, canaries: Canaries, status: number): void {
  const headers = { 'content-type': json, 'retry-after': canaries['retry after'], 'x-request-id': canaries.header };
  response.writeHead(status, canaries['reason phrase'], headers).end(`{"error":${errorOf(canaries)}}`);
}
