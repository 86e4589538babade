// The one port: AI surfaces go to the gateway, everything else to the console over a private socket.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Fault } from '#core/generation/fault.ts';
import { openaiChat } from '#core/protocol/openai-chat/openai-chat.ts';
import type { Call, CallOptions } from '#gateway/call.ts';
import type { Gateway } from '#gateway/gateway.ts';
import { newGenerationId } from '#gateway/generation-id.ts';
import { handleGeneration } from '#gateway/handle-generation.ts';
import { listModels, showModel } from '#gateway/list-models.ts';
import { refuse } from '#gateway/refuse.ts';
import { takeCredentials } from './credentials.ts';
import { HttpReply } from './http-reply.ts';
import type { PassThrough } from './pass-through.ts';
import { readBody } from './read-body.ts';
import { findSurface, isSurfaceSpace, type Surface } from './surfaces.ts';
import type { Vitals } from './vitals.ts';

export type DataServerOptions = {
  readonly gateway: Gateway;
  readonly passThrough: PassThrough;
  readonly vitals: Vitals;
  readonly jsonBodyBytesMax: number;
};

// Closing on a caller that still sends resets the connection, and it may never read why: up to here the rest is read.
const discardBytesMax = 256 * 1024 * 1024;

/** A server that does not listen yet. */
export function createDataServer(options: DataServerOptions): Server {
  const { deadlines } = options.gateway;
  const server = createServer(
    {
      noDelay: true,
      keepAliveTimeout: 65_000,
      headersTimeout: deadlines.callerHeadMs,
      // A body has its own clock (read-body.ts).
      requestTimeout: 0,
      connectionsCheckingInterval: Math.max(50, Math.min(1_000, deadlines.callerHeadMs / 2)),
      maxHeaderSize: 16 * 1024,
    },
    (request, response) => receive(request, response, options),
  );
  server.maxHeadersCount = 100;
  return server;
}

function receive(request: IncomingMessage, response: ServerResponse, options: DataServerOptions): void {
  const secret = takeCredentials(request);
  const address = request.url ?? '/';
  const query = address.indexOf('?');
  const path = query < 0 ? address : address.slice(0, query);
  const found = findSurface(path);
  if (found) return receiveCall(request, response, found, secret, options);
  if (isSurfaceSpace(path)) {
    const call = toCall(request, response, { surface: 'none', protocol: openaiChat, secret }, options);
    return refuse(call, new Fault('not-found'), options.gateway);
  }
  if (options.vitals.answers(path)) return void options.vitals.answer(path, request, response);
  options.passThrough.pass(request, response);
}

function receiveCall(
  request: IncomingMessage,
  response: ServerResponse,
  { surface, rest }: { readonly surface: Surface; readonly rest: string },
  secret: string | undefined,
  options: DataServerOptions,
): void {
  const { gateway } = options;
  const call = toCall(request, response, { surface: surface.name, protocol: surface.protocol, secret }, options);
  if (request.method !== surface.method) {
    return refuse(call, new Fault('method-not-allowed'), gateway, ['allow', surface.method]);
  }
  switch (surface.operation) {
    case 'generate':
      return void handleGeneration(call, gateway);
    case 'list-models':
      return void listModels(call, gateway);
    case 'show-model':
      return void showModel(call, decodePath(rest), gateway);
  }
}

function toCall(
  request: IncomingMessage,
  response: ServerResponse,
  facts: Pick<Call, 'surface' | 'protocol' | 'secret'>,
  { gateway, jsonBodyBytesMax }: DataServerOptions,
): Call {
  const { callerBodyMs, callerWriteMs } = gateway.deadlines;
  const at = Date.now();
  return {
    ...facts,
    generation: newGenerationId(at),
    options: readOptions(request),
    at,
    startedAt: performance.now(),
    readBody: () => readBody(request, { bytesMax: jsonBodyBytesMax, slowMs: callerBodyMs }),
    reply: new HttpReply(response, { writeMs: callerWriteMs, mustClose: () => mustClose(request, callerBodyMs) }),
  };
}

function readOptions({ headers }: IncomingMessage): CallOptions {
  const timeoutMs = Number(headers['x-timeout-ms'] ?? Number.NaN);
  return {
    timeoutMs: Number.isFinite(timeoutMs) && timeoutMs > 0 ? timeoutMs : undefined,
    mayClamp: headers['x-fairlead-clamp'] !== 'off',
  };
}

/** The rest of a short body is read and thrown away sooner than a connection is made, but not waited for for ever. */
function mustClose(request: IncomingMessage, restMs: number): boolean {
  if (request.complete) return false;
  if (!mayDiscard(request)) return true;
  const timer = setTimeout(() => request.socket.destroy(), restMs);
  request.once('close', () => clearTimeout(timer));
  return false;
}

function mayDiscard({ headers }: IncomingMessage): boolean {
  return (
    Number(headers['content-length'] ?? (headers['transfer-encoding'] === undefined ? 0 : Number.NaN)) <=
    discardBytesMax
  );
}

function decodePath(rest: string): string {
  try {
    return decodeURIComponent(rest);
  } catch {
    return rest;
  }
}
