// The one port: AI surfaces go to the gateway, everything else to the console over a private socket.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isDelivery } from '#core/generation/delivery.ts';
import { Fault } from '#core/generation/fault.ts';
import { JsonArrayFraming } from '#core/protocol/gemini-generate/json-array.ts';
import { modelListOf } from '#core/protocol/model-lists.ts';
import { dressPatternOf } from '#core/protocol/openrouter/dress-patterns.ts';
import { routerModels } from '#core/protocol/openrouter/model-list.ts';
import { ReplyDress } from '#core/protocol/openrouter/reply-dress.ts';
import { routerProtocolOf } from '#core/protocol/openrouter/router-protocols.ts';
import type { Protocol } from '#core/protocol/protocol.ts';
import { protocolOf } from '#core/protocol/protocols.ts';
import type { Call, CallOptions } from '#gateway/call.ts';
import type { Gateway } from '#gateway/gateway.ts';
import { newGenerationId } from '#gateway/generation-id.ts';
import { handleGeneration } from '#gateway/handle-generation.ts';
import { listKept } from '#gateway/kept/list-kept.ts';
import { sendFile } from '#gateway/kept/send-file.ts';
import { createBatch } from '#gateway/kept/serve-batches.ts';
import { uploadFile } from '#gateway/kept/serve-files.ts';
import { serveStored } from '#gateway/kept/serve-stored.ts';
import { countTokens } from '#gateway/models/count-tokens.ts';
import { listEndpoints } from '#gateway/models/list-endpoints.ts';
import { listModels, showModel } from '#gateway/models/list-models.ts';
import { refuse } from '#gateway/refuse.ts';
import type { OriginReader } from './caller-origin.ts';
import { type Credentials, takeCredentials } from './credentials.ts';
import { dialectAsked, passedHeaders } from './dialect-head.ts';
import { HttpReply } from './http-reply.ts';
import { openUpload } from './open-upload.ts';
import type { PassThrough } from './pass-through.ts';
import { isForm, readBody } from './read-body.ts';
import { type BodyRule, dialectOfSpace, type FoundSurface, findSurface } from './surfaces.ts';
import type { Vitals } from './vitals.ts';

export type DataServerOptions = {
  readonly gateway: Gateway;
  readonly passThrough: PassThrough;
  readonly vitals: Vitals;
  readonly jsonBodyBytesMax: number;
  /** False: only pages for people are served here. */
  readonly servesCallers: boolean;
  /** Whose word on a caller's address and country is believed. */
  readonly originOf: OriginReader;
};

// Closing on a caller that still sends resets the connection, and it may never read why: up to here the rest is read.
const discardBytesMax = 256 * 1024 * 1024;

const uploadBytesMax = 512 * 1024 * 1024;

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
  const credentials = takeCredentials(request);
  const address = request.url ?? '/';
  const query = address.indexOf('?');
  const path = query < 0 ? address : address.slice(0, query);
  const found = findSurface(path, request.method ?? 'GET');
  const isSurface = found && 'surface' in found;
  if (isSurface && options.servesCallers)
    return receiveCall(request, response, { ...found, credentials, query }, options);
  const dialect = dialectOfSpace(path);
  if (!dialect) {
    if (options.vitals.answers(path)) return void options.vitals.answer(path, request, response);
    return options.passThrough.pass(request, response);
  }
  const { secret } = credentials;
  const nowhere = { address: noAddress, openForm: undefined, readsExtras: false, body: undefined };
  const facts = { surface: 'none', protocol: protocolOf(dialect), secret, ...nowhere };
  const call = toCall(request, response, facts, options);
  if (!found || isSurface) return refuse(call, new Fault('not-found'), options.gateway);
  refuse(call, new Fault('method-not-allowed'), options.gateway, { extra: ['allow', found.allow] });
}

type Received = FoundSurface & { readonly credentials: Credentials; readonly query: number };

function receiveCall(
  request: IncomingMessage,
  response: ServerResponse,
  { surface, rest, credentials, query }: Received,
  options: DataServerOptions,
): void {
  const { gateway } = options;
  const { name, operation, stream, router } = surface;
  const dialect =
    surface.protocol === 'asked' ? dialectAsked(request.headers, credentials.isInAddress) : surface.protocol;
  const protocol = surface.speak ?? (router ? routerProtocolOf(dialect) : protocolOf(dialect));
  const facts = {
    surface: name,
    protocol,
    secret: credentials.secret,
    body: surface.body,
    address: { model: rest, stream, contentType: surface.body && request.headers['content-type'] },
    openForm: router
      ? (surface.openForm ?? dressOf(dialect))
      : dialect === 'gemini-generate' && stream
        ? framingAsked(request, query)
        : undefined,
    readsExtras: router === true,
  };
  const call = toCall(request, response, facts, options);
  switch (operation) {
    case 'generate':
      return void handleGeneration(call, gateway);
    case 'count':
      return void countTokens(call, gateway);
    case 'list-models':
      return void listModels(call, gateway, {
        list: router ? routerModels : modelListOf(dialect),
        query: router ? queryOf(request, query) : noQuery,
      });
    case 'list-endpoints':
      return void listEndpoints(call, surface.endpoints ?? 'of-a-model', gateway);
    case 'show-model':
      return void showModel(call, gateway, router ? routerModels : modelListOf(dialect));
    case 'upload':
      return void uploadFile(call, gateway);
    case 'create-batch':
      return void createBatch(call, gateway);
    case 'send-file':
      return void sendFile(call, rest ?? '', gateway);
    case 'list-kept':
    case 'stored': {
      const asked = query < 0 ? '' : (request.url ?? '').slice(query);
      const { kind, path } = surface.kept ?? { kind: 'response', path: '/responses' };
      if (operation === 'list-kept') return void listKept(call, { kind, path, query: asked }, gateway);
      const below = surface.path.slice(surface.path.indexOf('*') + 1);
      const stored = { method: surface.method, kind, path, id: rest ?? '', below, query: asked };
      return void serveStored(call, stored, gateway);
    }
  }
}

function dressOf(dialect: Protocol['name']): Call['openForm'] {
  const pattern = dressPatternOf(dialect);
  return pattern && (() => new ReplyDress(pattern));
}

const noQuery = new URLSearchParams();

function queryOf(request: IncomingMessage, query: number): URLSearchParams {
  return query < 0 ? noQuery : new URLSearchParams((request.url ?? '').slice(query + 1));
}

/** Without `alt=sse` a Gemini stream is one JSON array. */
function framingAsked(request: IncomingMessage, query: number): Call['openForm'] {
  return queryOf(request, query).get('alt') === 'sse' ? undefined : () => new JsonArrayFraming();
}

type CallFacts = Pick<Call, 'surface' | 'protocol' | 'secret' | 'address' | 'openForm' | 'readsExtras'> & {
  readonly body: BodyRule | undefined;
};

function toCall(
  request: IncomingMessage,
  response: ServerResponse,
  { surface, protocol, secret, address, openForm, readsExtras, body }: CallFacts,
  { gateway, jsonBodyBytesMax, originOf }: DataServerOptions,
): Call {
  const { callerBodyMs, callerWriteMs } = gateway.deadlines;
  const at = Date.now();
  return {
    surface,
    protocol,
    secret,
    address,
    openForm,
    readsExtras,
    generation: newGenerationId(at),
    origin: originOf(request.socket, request.headers),
    passedHeaders: passedHeaders(request.headers, protocol.name),
    options: readOptions(request),
    at,
    startedAt: performance.now(),
    readBody: () =>
      readBody(request, {
        bytesMax: (isForm(request.headers['content-type']) && body?.formBytesMax) || jsonBodyBytesMax,
        slowMs: callerBodyMs,
        takes: body?.takes ?? 'json',
      }),
    openUpload: () => openUpload(request, { bytesMax: uploadBytesMax, slowMs: callerBodyMs }),
    reply: new HttpReply(response, {
      writeMs: callerWriteMs,
      mustClose: () => mustClose(request, callerBodyMs),
      isLast: () => gateway.phase === 'draining',
    }),
  };
}

const noAddress: Call['address'] = { model: undefined, stream: undefined };

/** Two documents of OpenRouter name it differently. */
const metadataHeaders = ['x-openrouter-metadata', 'x-openrouter-experimental-metadata'];

function readOptions({ headers }: IncomingMessage): CallOptions {
  const timeoutMs = Number(headers['x-timeout-ms'] ?? Number.NaN);
  const delivery = headers['x-fairlead-delivery'];
  const name = headers['idempotency-key'];
  return {
    idempotencyKey: typeof name === 'string' && name !== '' ? name.slice(0, 1_000) : undefined,
    timeoutMs: Number.isFinite(timeoutMs) && timeoutMs > 0 ? timeoutMs : undefined,
    mayClamp: headers['x-fairlead-clamp'] !== 'off',
    isStrict: headers['x-fairlead-strict'] === 'true',
    explains: headers['x-fairlead-explain'] === '1' || headers['x-fairlead-explain'] === 'true',
    tellsRouting: metadataHeaders.some((name) => headers[name] === 'enabled'),
    upstream: typeof headers['x-fairlead-upstream'] === 'string' ? headers['x-fairlead-upstream'] : undefined,
    session: typeof headers['x-session-id'] === 'string' ? headers['x-session-id'] : undefined,
    delivery: isDelivery(delivery) ? delivery : undefined,
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
