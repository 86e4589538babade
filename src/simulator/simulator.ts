// A scripted provider that speaks its dialects truthfully and fails in every known way: the first upstream of a fresh
// start, and the upstream of every test. It shares no code with the rest, so that it cannot confirm our own bugs.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Asked, readAsked } from './asked.ts';
import { readBody } from './body.ts';
import { faultTable } from './faults/table.ts';
import { withLength } from './heads.ts';
import { answerModels } from './models.ts';
import { sendRefusal } from './send-refusal.ts';
import type { ServedLine } from './served-line.ts';
import { openServedLog } from './served-log.ts';
import { createState, type State } from './state.ts';
import type { Surface } from './surface.ts';
import { findSurface } from './surfaces.ts';

export type Simulator = {
  /** http://127.0.0.1:PORT/v1 */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
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
  /** `mark`: the word `cell-…` of the question, if it has one. */
  readonly onServed?: (line: ServedLine, mark?: string) => void;
  /** A fault reached who asked. */
  readonly onFault?: (mode: string, mark: string | undefined) => void;
  /** Divides every wait. */
  readonly timeScale?: number;
}): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1';
  const log = openServedLog(options.logFile, options.onServed);
  const state = createState(options.timeScale ?? 1, log, options.onFault);
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    const served = handle(state, request, response)
      .catch(() => void response.destroy())
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
  const asked = readAsked(request);
  const surface = findSurface(asked);
  if (surface !== undefined) {
    const methods = surface.methods ?? ['POST'];
    if (methods.includes(asked.method)) return answerQuestion({ state, request, response, asked, surface });
    request.resume();
    return sendRefusal(response, surface.dialect, surface.dialect.refuse({ kind: 'method-wrong', ...asked }));
  }
  request.resume();
  if (asked.path === '/simulator/elsewhere') {
    state.redirectsFollowed += 1;
    return sendJson(response, JSON.stringify({ followed: true }));
  }
  if (asked.method === 'GET' && asked.path === '/simulator/modes')
    return sendJson(response, JSON.stringify(faultModes));
  if (asked.method === 'GET' && asked.path === '/simulator/stats') return sendJson(response, writeStats(state));
  const { speaker, reply } = answerModels(asked);
  return typeof reply === 'string' ? sendJson(response, reply) : sendRefusal(response, speaker, reply);
}

async function answerQuestion(question: {
  readonly state: State;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly asked: Asked;
  readonly surface: Surface;
}): Promise<void> {
  const { state, request, response, asked, surface } = question;
  const { dialect } = surface;
  state.requests += 1;
  // A caller that leaves while it still sends has asked nothing.
  const bytes = await readBody(request, bodyBytesMax).catch(() => 'left' as const);
  if (bytes === 'left') return;
  if (bytes === undefined)
    return sendRefusal(response, dialect, dialect.refuse({ kind: 'body-too-large', bytesMax: bodyBytesMax }));
  const origin = `http://${request.headers.host ?? 'localhost'}`;
  await surface
    .answer({ state, response, hasKey: surface.hasKey(asked), bytes, origin }, asked)
    .catch(() => sendRefusal(response, dialect, dialect.refuse({ kind: 'server-error' })));
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
  response.writeHead(200, withLength({ 'content-type': 'application/json' }, text));
  response.end(text);
}
