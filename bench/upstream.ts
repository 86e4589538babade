// The cheap upstream: raw TCP, a prepared JSON answer, prepared chunks. It shares its core with the load generator,
// so it must cost far less than any gateway; it reads only what it needs and is no HTTP server for anything else.
import { createServer, type Socket } from 'node:net';
import { announcePort } from './announce-port.ts';
import { parseStreamModel } from './stream-model.ts';
import { jsonAnswer } from './upstream-answer.ts';
import { sendStream } from './upstream-stream.ts';

const server = createServer({ noDelay: true }, (socket) => {
  let waiting: Buffer[] = [];
  let missing = 0;
  socket.on('data', (part: Buffer) => {
    if (missing > 0) {
      waiting.push(part);
      missing -= part.length;
      if (missing > 0) return;
    } else {
      waiting = [part];
      missing = bytesMissing(part);
      if (missing > 0) return;
    }
    missing = 0;
    answer(socket, waiting);
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => announcePort(server));

// One request at a time on a connection: nobody here pipelines. A head that is cut in two is not understood,
// which loopback and heads of a few hundred bytes rule out; it would show as failed requests.
function bytesMissing(start: Buffer): number {
  const headEnd = start.indexOf('\r\n\r\n');
  const head = start.toString('latin1', 0, headEnd).toLowerCase();
  const at = head.indexOf('content-length:');
  const length = at === -1 ? 0 : Number.parseInt(head.slice(at + 15), 10);
  return headEnd + 4 + length - start.length;
}

function answer(socket: Socket, request: readonly Buffer[]): void {
  const stream = request.length < 4 ? parseStreamModel(request) : undefined;
  if (stream === undefined) socket.write(jsonAnswer);
  else sendStream(socket, stream);
}
