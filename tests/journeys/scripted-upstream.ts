import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cleanup } from './running-fairlead.ts';

/** One request as an upstream received it. */
export type Received = {
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly response: ServerResponse;
  /** The caller closed the connection before the answer was whole: when, by `performance.now()`. */
  readonly left: Promise<number>;
};

export type ScriptedUpstream = {
  /** For `base_url`. */
  readonly url: string;
  readonly received: Received[];
};

/** A server of Node's own that keeps what it was sent and answers as it is told. */
export async function startUpstream(
  cleanup: Cleanup,
  answer: (received: Received, index: number) => void | Promise<void>,
): Promise<ScriptedUpstream> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const left = Promise.withResolvers<number>();
    response.on('close', () => response.writableFinished || left.resolve(performance.now()));
    response.on('error', () => {});
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part);
    } catch {
      return;
    }
    const one = {
      path: request.url ?? '/',
      headers: request.headers,
      body: Buffer.concat(parts),
      response,
      left: left.promise,
    };
    received.push(one);
    await answer(one, received.length - 1);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, received };
}

export const sse = { 'content-type': 'text/event-stream' };

export function chunkOf(text: string, finish: string | null = null): string {
  const choice = { index: 0, delta: text === '' ? {} : { content: text }, finish_reason: finish };
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [choice] })}\n\n`;
}

/** A whole answer with this text. */
export function answerOf(text: string): string {
  const choice = { index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' };
  const usage = { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 };
  return JSON.stringify({ id: 'c', object: 'chat.completion', model: 'm', choices: [choice], usage });
}

/** Hands every request on to another upstream and keeps the bytes of each answer's body. */
export async function startTap(cleanup: Cleanup, url: string): Promise<{ url: string; answers: Promise<Buffer>[] }> {
  const answers: Promise<Buffer>[] = [];
  const tap = await startUpstream(cleanup, ({ headers, body, response }) => {
    const kept = Promise.withResolvers<Buffer>();
    answers.push(kept.promise);
    const onward = httpRequest(`${url}/chat/completions`, { method: 'POST', headers }, (answer) => {
      const parts: Buffer[] = [];
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.on('data', (part: Buffer) => {
        parts.push(part);
        response.write(part);
      });
      answer.on('end', () => {
        response.end();
        kept.resolve(Buffer.concat(parts));
      });
    });
    onward.end(body);
  });
  return { url: tap.url, answers };
}
