// Stands between two parties and writes down what they say to each other, byte for byte, without changing it.
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';

export type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly requestHeaders: IncomingMessage['headers'];
  readonly request: string;
  /** 0 until there is an answer. */
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly reply: string;
  readonly ended: 'open' | 'whole' | 'cut' | 'left';
};

type Writing = { -readonly [Field in keyof Exchange]: Exchange[Field] };

const connections = new Agent({ keepAlive: true, maxSockets: 256 });
const bytesMax = 256 * 1024;

export class Recorder implements AsyncDisposable {
  readonly exchanges: Exchange[] = [];
  readonly #server: Server;
  readonly #target: URL;

  /** Whoever asks the recorder's address is answered by `target`, an origin. */
  static async open(target: string): Promise<Recorder> {
    const recorder = new Recorder(target);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    recorder.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    await promise;
    return recorder;
  }

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer({ keepAliveTimeout: 60_000 }, (asked, answer) => this.#pass(asked, answer));
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { method = 'GET', url: path = '/', headers } = asked;
    const exchange: Writing = {
      method,
      path,
      requestHeaders: headers,
      request: '',
      status: 0,
      headers: {},
      reply: '',
      ended: 'open',
    };
    this.exchanges.push(exchange);
    const onward = request({
      agent: connections,
      host: this.#target.hostname,
      port: this.#target.port,
      method,
      path,
      headers: { ...headers, host: this.#target.host },
    });
    asked.on('data', (bytes: Buffer) => {
      exchange.request = joined(exchange.request, bytes);
    });
    asked.pipe(onward);
    answer.once('close', () => {
      if (!answer.writableFinished) end(exchange, 'left');
      onward.destroy();
    });
    onward.once('error', () => {
      end(exchange, 'cut');
      answer.destroy();
    });
    onward.once('response', (reply) => {
      exchange.status = reply.statusCode ?? 0;
      exchange.headers = reply.headers;
      answer.writeHead(exchange.status, reply.headers);
      answer.flushHeaders();
      reply.on('data', (bytes: Buffer) => {
        exchange.reply = joined(exchange.reply, bytes);
        answer.write(bytes);
      });
      reply.once('end', () => {
        end(exchange, 'whole');
        answer.end();
      });
      reply.once('close', () => {
        if (reply.complete) return;
        end(exchange, 'cut');
        answer.destroy();
      });
    });
  }
}

/** A byte is a character here, so that a cut inside a letter is kept as it was. */
function joined(said: string, bytes: Buffer): string {
  return said.length > bytesMax ? said : said + bytes.toString('latin1');
}

function end(exchange: Writing, how: Exchange['ended']): void {
  if (exchange.ended === 'open') exchange.ended = how;
}

/** The text of recorded bytes. */
export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
