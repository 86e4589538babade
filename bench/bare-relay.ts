// The yardstick: the stack of Fairlead's data plane (node:http in, undici's Pool.dispatch out) with no logic at all.
// What Fairlead costs above this is its own. It must stay the leanest sensible code, or the comparison flatters us.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';
import { announcePort } from './announce-port.ts';

const upstream = new Pool(process.argv[2] ?? '', { pipelining: 1 });

const server = createServer({ noDelay: true, keepAliveTimeout: 120_000 }, (request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const [only] = parts;
    forward(request, response, parts.length === 1 && only !== undefined ? only : Buffer.concat(parts));
  });
});
server.listen(0, '127.0.0.1', () => announcePort(server));

function forward(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  upstream.dispatch(
    {
      path: request.url ?? '/',
      method: 'POST',
      headers: [
        'content-type',
        request.headers['content-type'] ?? 'application/json',
        'authorization',
        'Bearer sk-upstream',
      ],
      body,
    },
    relay(response),
  );
}

function relay(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart(controller) {
      response.on('drain', () => controller.resume());
      response.on('close', () => {
        if (!response.writableFinished) controller.abort(new Error('the caller left'));
      });
    },
    onResponseStart(_controller, status, headers) {
      const type = String(headers['content-type'] ?? 'application/json');
      const length = headers['content-length'];
      response.writeHead(
        status,
        length === undefined ? ['content-type', type] : ['content-type', type, 'content-length', String(length)],
      );
    },
    onResponseData(controller, chunk) {
      if (!response.write(chunk)) controller.pause();
    },
    onResponseEnd() {
      response.end();
    },
    onResponseError() {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, ['content-length', '0']).end();
    },
  };
}
