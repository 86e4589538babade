import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cleanup } from '../journeys/running-fairlead.ts';

/** What a model of the wall does. Waits are in seconds of the bench, divided by the wall's scale. */
export type Behaviour =
  | { readonly kind: 'answers'; readonly refusesPrefill?: true }
  | {
      readonly kind: 'refuses';
      readonly times: number;
      readonly status: number;
      readonly error: object;
      readonly retryAfter?: number;
    }
  | { readonly kind: 'resets-once' }
  | { readonly kind: 'is-silent'; readonly seconds: number }
  | { readonly kind: 'begins-late'; readonly seconds: number }
  | { readonly kind: 'cuts'; readonly words: number }
  | { readonly kind: 'stalls'; readonly words: number; readonly seconds: number }
  | { readonly kind: 'garbles'; readonly words: number }
  | { readonly kind: 'forgets-done' }
  | { readonly kind: 'flaps'; readonly seconds: number };

export type Seen = {
  readonly model: string;
  /** Seconds of the clock since the wall was built. */
  readonly at: number;
  readonly status: number;
  readonly isPrefill: boolean;
};

export type Wall = {
  readonly url: string;
  readonly seen: Seen[];
  /** Now, on the clock of `Seen.at`. */
  now(): number;
};

/** Sixty words, so that a truncated answer is never mistaken for a whole one. */
export const wholeAnswer = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');

const overloaded = { message: 'busy', type: 'server_error', param: null, code: 'overloaded' };

/** A provider of OpenAI's kind that breaks on purpose: the name of the model says how. */
export async function buildWall(
  cleanup: Cleanup,
  behaviours: ReadonlyMap<string, Behaviour>,
  scale: number,
): Promise<Wall> {
  const startedAt = performance.now();
  const now = () => (performance.now() - startedAt) / 1000;
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    const asked = await readAsked(request);
    const behaviour = behaviours.get(asked.model) ?? { kind: 'answers' };
    const attempt = seen.filter(({ model }) => model === asked.model).length + 1;
    const context = { ...asked, behaviour, attempt, scale, isDown: now() };
    const status = statusOf(context);
    seen.push({ model: asked.model, at: now(), status, isPrefill: asked.isPrefill });
    await play(response, context, status).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, seen, now };
}

type Asked = {
  readonly model: string;
  readonly isStream: boolean;
  readonly wantsUsage: boolean;
  readonly isPrefill: boolean;
};

type Context = Asked & {
  readonly behaviour: Behaviour;
  readonly attempt: number;
  readonly scale: number;
  /** Seconds since the wall was built: it flaps from then on. */
  readonly isDown: number;
};

async function readAsked(request: IncomingMessage): Promise<Asked> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const body = JSON.parse(Buffer.concat(parts).toString());
  return {
    model: body.model,
    isStream: body.stream === true,
    wantsUsage: body.stream_options?.include_usage === true,
    isPrefill: body.messages?.at(-1)?.role === 'assistant',
  };
}

/** 0: no head at all. */
function statusOf({ behaviour, attempt, isPrefill, isDown, scale }: Context): number {
  switch (behaviour.kind) {
    case 'refuses':
      return attempt <= behaviour.times ? behaviour.status : 200;
    case 'resets-once':
      return attempt === 1 ? 0 : 200;
    case 'is-silent':
      return 0;
    case 'flaps':
      return isDown < behaviour.seconds / scale ? 503 : 200;
    case 'answers':
      return isPrefill && behaviour.refusesPrefill ? 400 : 200;
    default:
      return 200;
  }
}

async function play(response: ServerResponse, context: Context, status: number): Promise<void> {
  const { behaviour, scale } = context;
  if (status === 200) return await answer(response, context);
  if (behaviour.kind === 'resets-once') return void response.socket?.resetAndDestroy();
  if (behaviour.kind === 'is-silent') {
    await Promise.race([sleep((behaviour.seconds * 1000) / scale, undefined, { ref: false }), once(response, 'close')]);
    return void response.destroy();
  }
  const isRefusal = behaviour.kind === 'refuses';
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (isRefusal && behaviour.retryAfter !== undefined) headers['retry-after'] = String(behaviour.retryAfter);
  const prefill = { message: 'no prefill', type: 'invalid_request_error', param: 'messages', code: 'invalid_prefill' };
  const error = isRefusal ? behaviour.error : behaviour.kind === 'flaps' ? overloaded : prefill;
  response.writeHead(status, headers).end(JSON.stringify({ error }));
}

const usage = { prompt_tokens: 20, completion_tokens: 60, total_tokens: 80 };

async function answer(response: ServerResponse, context: Context): Promise<void> {
  const { behaviour, model, isStream, wantsUsage, scale } = context;
  if (!isStream) {
    const message = { role: 'assistant', content: wholeAnswer };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    response.writeHead(200, { 'content-type': 'application/json' });
    return void response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model, choices, usage }));
  }
  const head = { id: 'c', object: 'chat.completion.chunk', created: 1, model };
  const say = (delta: object, finish: string | null = null) =>
    response.write(`data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.flushHeaders();
  if (behaviour.kind === 'begins-late') await sleep((behaviour.seconds * 1000) / scale);
  say({ role: 'assistant', content: '' });
  for (const [index, word] of wholeAnswer.split(' ').entries()) {
    if ('words' in behaviour && behaviour.words === index) {
      if (behaviour.kind === 'garbles') response.write('data: {"id": "c", "choices": [{"delta": {"content": \n\n');
      else {
        if (behaviour.kind === 'stalls') await sleep((behaviour.seconds * 1000) / scale);
        // Without the chunk that ends a body.
        return void response.destroy();
      }
    }
    say({ content: index === 0 ? word : ` ${word}` });
    await sleep(1);
  }
  say({}, 'stop');
  if (wantsUsage) response.write(`data: ${JSON.stringify({ ...head, choices: [], usage })}\n\n`);
  response.end(behaviour.kind === 'forgets-done' ? '' : 'data: [DONE]\n\n');
}
