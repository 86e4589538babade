import type { Socket } from 'node:net';
import { benchDialects } from './dialects.ts';
import { stampNow } from './stamp.ts';
import type { StreamShape } from './stream-model.ts';

// One write per chunk, each a whole chunk of HTTP and a whole SSE event of about 250 bytes, as providers send them.
export function sendStream(socket: Socket, shape: StreamShape): void {
  socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n', 'latin1');
  if (shape.paceMs === 0) sendAtOnce(socket, shape.chunks);
  else sendPaced(socket, shape, partsOf(shape));
}

function sendAtOnce(socket: Socket, chunks: number): void {
  for (let sent = 0; sent < chunks; sent++) socket.write(contentChunk(), 'latin1');
  socket.write(lastChunks(chunks), 'latin1');
}

type Parts = { readonly opening: string; readonly chunk: () => string; readonly last: string };

function partsOf({ dialect, chunks }: StreamShape): Parts {
  if (dialect === undefined) return { opening: '', chunk: contentChunk, last: lastChunks(chunks) };
  const { opening, chunk, closing } = benchDialects[dialect];
  const first = opening();
  return {
    opening: first === '' ? '' : httpChunk(first),
    chunk: () => httpChunk(chunk()),
    last: `${httpChunk(closing(chunks))}0\r\n\r\n`,
  };
}

function sendPaced(socket: Socket, shape: StreamShape, { opening, chunk, last }: Parts): void {
  if (opening !== '') socket.write(opening, 'latin1');
  let sent = 0;
  const timer = setInterval(() => {
    sent++;
    const isLast = sent === shape.chunks;
    socket.write(isLast ? chunk() + last : chunk(), 'latin1');
    if (isLast) stop();
  }, shape.paceMs);
  const stop = () => {
    clearInterval(timer);
    socket.off('close', stop);
  };
  socket.on('close', stop);
}

const common =
  '{"id":"chatcmpl-BenchBenchBenchBenchBenchBe","object":"chat.completion.chunk","created":1795000000,' +
  '"model":"bench","service_tier":"default","system_fingerprint":"fp_0123456789",';

function contentChunk(): string {
  return httpChunk(
    `data: ${common}"choices":[{"index":0,"delta":{"content":" ${stampNow()}"},"logprobs":null,"finish_reason":null}]}\n\n`,
  );
}

function lastChunks(completionTokens: number): string {
  const finish = `data: ${common}"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}\n\n`;
  const usage = `"usage":{"prompt_tokens":180,"completion_tokens":${completionTokens},"total_tokens":${180 + completionTokens}}`;
  return `${httpChunk(`${finish}data: ${common}"choices":[],${usage}}\n\ndata: [DONE]\n\n`)}0\r\n\r\n`;
}

function httpChunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
