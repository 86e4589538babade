import type { IncomingMessage, ServerResponse } from 'node:http';

export type VitalsOptions = {
  /** Why this process cannot serve now, or undefined. */
  readonly trouble: () => string | undefined;
  /** What the operator has not said yet, and should have. */
  readonly lacks: () => readonly string[];
  readonly expose: () => Promise<{ readonly type: string; readonly text: string }>;
};

const paths = new Set(['/healthz', '/readyz', '/metrics']);

/** What machines ask a process: does it live, does it serve, what does it count. */
export class Vitals {
  readonly #options: VitalsOptions;

  constructor(options: VitalsOptions) {
    this.#options = options;
  }

  answers(path: string): boolean {
    return paths.has(path);
  }

  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (path === '/metrics') return await this.#metrics(request, response);
    const trouble = path === '/readyz' ? this.#options.trouble() : undefined;
    const lacks = path === '/healthz' ? this.#options.lacks() : [];
    if (lacks.length > 0) return sendJson(response, 200, { status: 'degraded', lacks });
    sendJson(response, trouble === undefined ? 200 : 503, { status: trouble ?? 'ok' });
  }

  /** Counts say how a business goes: only this machine may read them until operators have keys. */
  async #metrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLoopback(request.socket.remoteAddress) || isForwarded(request))
      return sendJson(response, 403, { status: 'not-allowed' });
    const { type, text } = await this.#options.expose();
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

/** Behind a proxy of this machine everybody would be loopback. */
function isForwarded({ headers }: IncomingMessage): boolean {
  return headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined;
}

function isLoopback(address: string | undefined): boolean {
  return address === '::1' || address?.startsWith('127.') === true || address?.startsWith('::ffff:127.') === true;
}
