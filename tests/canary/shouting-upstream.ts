import type { Cleanup } from '../journeys/running-fairlead.ts';
import { type Received, type ScriptedUpstream, sse, startUpstream } from '../journeys/scripted-upstream.ts';
import { type Canaries, type Tongue, tongueOf } from './shouting-replies.ts';

/** An upstream that says its canaries in every place where one can speak, in good answers and in bad ones, in turn. */
export function startShoutingUpstream(cleanup: Cleanup, canaries: Canaries): Promise<ScriptedUpstream> {
  return startUpstream(cleanup, (received, index) => {
    const path = received.response.req.url ?? '/';
    const tongue = tongueOf(path);
    shouts[index % shouts.length]?.({ ...received, canaries, tongue, isStreamed: isStreamed(path, received.body) });
  });
}

function isStreamed(path: string, body: Buffer): boolean {
  return path.includes(':streamGenerateContent') || /"stream":true/.test(body.toString());
}

type Loud = Received & { readonly canaries: Canaries; readonly tongue: Tongue; readonly isStreamed: boolean };
type Shout = (loud: Loud) => void;

const json = 'application/json';

const shouts: readonly Shout[] = [
  (loud) => sendAnswer(loud, '9'),
  (loud) => sendAnswer(loud, `"${loud.canaries.usage}"`),
  (loud) => sendAnswer(loud, `{"a":"${loud.canaries.usage}"}`),
  (loud) => sendError(loud, 400),
  (loud) => sendError(loud, 401),
  (loud) => sendError(loud, 429),
  (loud) => sendError(loud, 500),
  (loud) => sendError(loud, 200),
  (loud) => sendAnswer(loud, '3'),
  ({ response, canaries }) => response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${canaries.html}`),
  ({ response, canaries }) => response.writeHead(200, { 'content-type': `x/${canaries['content type']}` }).end('?'),
  ({ response, canaries }) => response.writeHead(200, { 'content-encoding': canaries.encoding }).end('?'),
  ({ response, canaries }) => response.writeHead(302, { location: `http://127.0.0.1:9/${canaries.location}` }).end(),
  ({ response, canaries, tongue }) =>
    response.writeHead(200, { 'content-type': json }).end(tongue.answer(canaries, '9').slice(0, -40)),
  ({ response, canaries, tongue }) => response.writeHead(200, sse).end(tongue.events(canaries).slice(0, -40)),
  ({ response, canaries, tongue }) => response.writeHead(200, sse).end(tongue.errorEvent(canaries)),
  ({ response, canaries, tongue }) =>
    response.writeHead(200, sse).end(tongue.events(canaries) + tongue.errorEvent(canaries)),
  ({ response, canaries, tongue }) => {
    response.writeHead(200, sse).write(tongue.events(canaries), () => response.destroy());
  },
  ({ response, canaries }) => {
    response.socket?.end(`HTTP/1.1 ${canaries['reason phrase']} no status\r\n${canaries.header}\r\n\r\n`);
  },
];

function sendAnswer({ response, canaries, tongue, isStreamed }: Loud, usage: string): void {
  const headers = { 'x-request-id': canaries.header, server: canaries.header, 'set-cookie': `a=${canaries.header}` };
  if (!isStreamed) {
    response.writeHead(200, canaries['reason phrase'], { ...headers, 'content-type': json });
    response.end(tongue.answer(canaries, usage));
    return;
  }
  response.writeHead(200, canaries['reason phrase'], { ...headers, ...sse });
  const name = canaries['event name'];
  response.write(`: ${canaries.comment}\n\nevent: ${name}\nid: ${name}\ndata: {"type":"${name}"}\n\n`);
  response.end(tongue.events(canaries) + tongue.ending(canaries, usage));
}

function sendError({ response, canaries, tongue }: Loud, status: number): void {
  const headers = { 'content-type': json, 'retry-after': canaries['retry after'], 'x-request-id': canaries.header };
  response.writeHead(status, canaries['reason phrase'], headers).end(tongue.error(canaries));
}
