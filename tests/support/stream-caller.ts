// A caller who keeps count: what came of each request, and whether its answer was whole.
import { Agent, type IncomingMessage, request } from 'node:http';

export type Called = {
  /** 0: no status came. */
  readonly status: number;
  /** `x-generation-id`, or undefined when no head came. */
  readonly generation: string | undefined;
  /** Streamed: `[DONE]` was seen. Else: the whole body, and JSON. Both with status 200. */
  readonly isWhole: boolean;
  readonly body: string;
};

export type ChatAsk = {
  readonly url: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly agent?: Agent;
};

/** As many sockets as there are requests at once, kept for the next ones. */
export function manySockets(): Agent {
  return new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 2048 });
}

/** Posts one chat request; never rejects, since being cut off is an outcome too. */
export function callChat({ url, key, body, headers = {}, agent }: ChatAsk): Promise<Called> {
  const bytes = Buffer.from(JSON.stringify(body));
  return new Promise((resolve) => {
    const sent = request(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-length': bytes.length,
        ...headers,
      },
      ...(agent ? { agent } : {}),
    });
    sent.on('response', (response) => readReply(response, resolve));
    sent.on('error', () => resolve({ status: 0, generation: undefined, isWhole: false, body: '' }));
    sent.end(bytes);
  });
}

function readReply(response: IncomingMessage, resolve: (called: Called) => void): void {
  const parts: Buffer[] = [];
  const status = response.statusCode ?? 0;
  const generation = response.headers['x-generation-id'];
  response.on('data', (part: Buffer) => parts.push(part));
  // 'close' follows both a whole reply and a broken one.
  response.on('error', () => {});
  response.on('close', () => {
    const body = Buffer.concat(parts).toString('utf8');
    const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true;
    const isWhole =
      status === 200 && (isStream ? body.endsWith('data: [DONE]\n\n') : response.complete && isJson(body));
    resolve({ status, generation: typeof generation === 'string' ? generation : undefined, isWhole, body });
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
