// A scripted provider that speaks its dialects truthfully and fails in every known way: the first upstream of a fresh
// start, and the upstream of every test. It shares no code with the rest, so that it cannot confirm our own bugs.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readBody } from './body.ts';
import { faultTable } from './faults/table.ts';
import { answerChat } from './openai-chat/chat.ts';
import { bodyTooLarge, missingKey, serverError, unknownModel, unknownUrl, wrongMethod } from './openai-chat/errors.ts';
import { jsonType, withLength, writeHeaders } from './openai-chat/heads.ts';
import { writeModel, writeModelList } from './openai-chat/models.ts';
import { sendRefusal } from './openai-chat/refuse.ts';
import { sandboxModels } from './sandbox-models.ts';
import { openServedLog } from './served-log.ts';
import { createState, type State } from './state.ts';

export type Simulator = {
  /** http://127.0.0.1:PORT/v1 */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
};

/** What the simulator knows of one request when it is over. Tests hold our ledger against these lines. */
export type ServedLine = {
  readonly at: string;
  readonly model: string;
  readonly protocol: string;
  readonly stream: boolean;
  readonly status: number;
  readonly input: number;
  readonly cached: number;
  /** Output tokens of the whole answer, reasoning included; `sent` is how many of them left the socket. */
  readonly output: number;
  readonly reasoning: number;
  readonly sent: number;
  readonly ended: 'completed' | 'aborted' | 'fault';
};

export const faultModes: readonly { mode: string; what: string }[] = faultTable.map(({ mode, what }) => ({
  mode,
  what,
}));

const bodyBytesMax = 64 * 1024 * 1024;
// A thousand callers at once is a test of ours.
const backlog = 4096;
const connectionsMax = 16_384;
const keepAliveMs = 65_000;

export async function startSimulator(options: {
  readonly port: number;
  readonly host?: string;
  readonly logFile?: string;
  readonly onServed?: (line: ServedLine) => void;
  /** Divides every wait. */
  readonly timeScale?: number;
}): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1';
  const log = openServedLog(options.logFile, options.onServed);
  const state = createState(options.timeScale ?? 1, log);
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    const served = handle(state, request, response)
      .catch(() => sendRefusal(response, serverError()))
      .finally(() => state.open.delete(served));
    state.open.add(served);
  });
  server.maxConnections = connectionsMax;
  const port = await listen(server, options.port, host);
  const close = async () => {
    state.isClosing = true;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await Promise.all(state.open);
    log.close();
  };
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/v1`, port, close };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? 'GET';
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (path === '/v1/chat/completions') {
    if (method !== 'POST') return sendRefusal(response, wrongMethod(method));
    return handleChat(state, request, response);
  }
  request.resume();
  if (path === '/simulator/elsewhere') {
    state.redirectsFollowed += 1;
    return sendJson(response, JSON.stringify({ followed: true }));
  }
  if (method !== 'GET') return sendRefusal(response, unknownUrl(method, path));
  if (path === '/simulator/modes') return sendJson(response, JSON.stringify(faultModes));
  if (path === '/simulator/stats') return sendJson(response, writeStats(state));
  if (path !== '/v1/models' && !path.startsWith('/v1/models/')) return sendRefusal(response, unknownUrl(method, path));
  if (!hasKey(request)) return sendRefusal(response, missingKey());
  if (path === '/v1/models') return sendJson(response, writeModelList(sandboxModels.map((model) => model.id)));
  const name = decodeName(path.slice('/v1/models/'.length));
  const model = writeModel(name);
  return model === undefined ? sendRefusal(response, unknownModel(name)) : sendJson(response, model);
}

async function handleChat(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  state.requests += 1;
  // A caller that leaves while it still sends has asked nothing.
  const bytes = await readBody(request, bodyBytesMax).catch(() => 'left' as const);
  if (bytes === 'left') return;
  if (bytes === undefined) return sendRefusal(response, bodyTooLarge(bodyBytesMax));
  const origin = `http://${request.headers.host ?? 'localhost'}`;
  await answerChat({ state, response, hasKey: hasKey(request), bytes, origin });
}

/** Any key will do, but there must be one. */
function hasKey(request: IncomingMessage): boolean {
  return /^bearer\s+\S/i.test(request.headers.authorization ?? '');
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function writeStats(state: State): string {
  return JSON.stringify({
    requests: state.requests,
    // Without this very question, which joins only after it was answered.
    open: state.open.size,
    faults: Object.fromEntries(state.faults),
    redirects_followed: state.redirectsFollowed,
  });
}

function sendJson(response: ServerResponse, text: string): void {
  response.writeHead(200, withLength(writeHeaders(jsonType), text));
  response.end(text);
}
