import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** What a caller got, whole or not. */
export type Reply = {
  /** 0 when no head came. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The framing says that this was all. */
  readonly isWhole: boolean;
  readonly ms: number;
};

export type Server = { readonly url: string; readonly key: string };

/** Keys are taken in this way at every address alike. */
export function headersFor({ key }: Server): Record<string, string> {
  return { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'anthropic-version': '2023-06-01' };
}

export class Caller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 512 });
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Never rejects: what did not come is missing in the reply. */
  post(path: string, body: unknown): Promise<Reply> {
    const startedAt = performance.now();
    const bytes = Buffer.from(JSON.stringify(body));
    const headers = { ...headersFor(this.#server), 'content-length': String(bytes.length) };
    return new Promise((resolve) => {
      const parts: Buffer[] = [];
      const sent = request(this.#server.url + path, { agent: this.#agent, method: 'POST', headers });
      sent.on('error', () => resolve({ status: 0, headers: {}, body: Buffer.alloc(0), isWhole: false, ms: 0 }));
      sent.on('response', (answer) => {
        sent.removeAllListeners('error').on('error', () => {});
        answer.on('error', () => {});
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('close', () => {
          const ms = performance.now() - startedAt;
          const { statusCode = 0, headers: told, complete } = answer;
          resolve({ status: statusCode, headers: told, body: Buffer.concat(parts), isWhole: complete, ms });
        });
      });
      sent.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
