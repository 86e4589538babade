import { Agent, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

/** What a caller got, whole or not. */
export type Reply = {
  /** 0 when no head came. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The framing says that this was all. */
  readonly isWhole: boolean;
  /** When each piece came, in milliseconds after the request began. */
  readonly arrivals: readonly { readonly ms: number; readonly bytes: Buffer }[];
  readonly ms: number;
};

export type CallOptions = {
  readonly url: string;
  readonly key?: string | undefined;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects become JSON. */
  readonly body?: unknown;
  /** Without a content-length. */
  readonly isChunked?: boolean;
  /** Reads nothing of the reply by itself. */
  readonly isPaused?: boolean;
};

export type OpenCall = {
  readonly request: ClientRequest;
  readonly response: Promise<IncomingMessage>;
  /** Resolves with the first bytes of a body. */
  readonly began: Promise<Buffer>;
  /** Never rejects: what did not come is missing in it. */
  readonly reply: Promise<Reply>;
  /** Closes the connection. */
  leave(): void;
};

const agent = new Agent({ keepAlive: true, maxSockets: 512 });

/** POST /v1/chat/completions, unless the options say otherwise. */
export async function call(options: CallOptions): Promise<Reply> {
  return await openCall(options).reply;
}

export function openCall({ url, key, path, method, headers, body, isPaused, isChunked }: CallOptions): OpenCall {
  const startedAt = performance.now();
  const bytes = body === undefined ? undefined : toBytes(body);
  const sent = request(`${url}${path ?? '/v1/chat/completions'}`, {
    agent,
    method: method ?? 'POST',
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(bytes === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bytes === undefined || isChunked ? {} : { 'content-length': String(bytes.length) }),
      ...headers,
    },
  });
  const response = Promise.withResolvers<IncomingMessage>();
  const began = Promise.withResolvers<Buffer>();
  const reply = Promise.withResolvers<Reply>();
  // Who does not ask for these need not hear that they failed.
  response.promise.catch(() => {});
  began.promise.catch(() => {});
  const parts: Buffer[] = [];
  const arrivals: { ms: number; bytes: Buffer }[] = [];
  const finish = (answer: IncomingMessage | undefined) => {
    const ms = performance.now() - startedAt;
    const body = Buffer.concat(parts);
    const facts = {
      status: answer?.statusCode ?? 0,
      headers: answer?.headers ?? {},
      isWhole: answer?.complete === true,
    };
    response.reject(new Error('no head came'));
    began.reject(new Error('no body came'));
    reply.resolve({ ...facts, body, arrivals, ms });
  };
  sent.on('error', () => finish(undefined));
  sent.on('response', (answer) => {
    sent.removeAllListeners('error').on('error', () => {});
    response.resolve(answer);
    answer.on('error', () => {});
    answer.on('close', () => finish(answer));
    if (isPaused) return;
    answer.on('data', (part: Buffer) => {
      parts.push(part);
      arrivals.push({ ms: performance.now() - startedAt, bytes: part });
      began.resolve(part);
    });
  });
  if (isChunked) sent.flushHeaders();
  sent.end(bytes);
  return {
    request: sent,
    response: response.promise,
    began: began.promise,
    reply: reply.promise,
    leave: () => sent.destroy(),
  };
}

function toBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A body that asks one thing. */
export function ask(model: string, more: Readonly<Record<string, unknown>> = {}, text = 'one two three') {
  return { model, messages: [{ role: 'user', content: text }], ...more };
}

export function errorOf(reply: Reply): { message?: string; type?: string; param?: null; code?: string } {
  try {
    return JSON.parse(reply.body.toString()).error ?? {};
  } catch {
    return {};
  }
}

export function generationOf(reply: { readonly headers: IncomingHttpHeaders }): string {
  return String(reply.headers['x-generation-id']);
}
