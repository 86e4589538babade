import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ResponseReader } from '#outgoing/providers/response-reader.ts';

test('however a response is cut into pieces, the same is read', () => {
  const body = fc.uint8Array({ maxLength: 300 });
  const written = fc.oneof(
    body.map((bytes) => ({ bytes, wire: counted(bytes) })),
    fc.tuple(body, fc.infiniteStream(fc.integer({ min: 1, max: 80 }))).map(([bytes, sizes]) => ({
      bytes,
      wire: chunked(bytes, sizes),
    })),
  );
  fc.assert(
    fc.property(written, fc.infiniteStream(fc.integer({ min: 1, max: 90 })), ({ bytes, wire }, sizes) => {
      const pieces = cut(wire, sizes);
      const seen = reading();
      const last = pieces.pop() ?? Buffer.alloc(0);
      for (const piece of pieces) assert.equal(seen.push(piece), 'goes-on');
      assert.equal(seen.push(last), 'whole');

      assert.deepEqual(seen.heads, [{ status: 200, type: 'text/plain' }]);
      assert.deepEqual(Buffer.concat(seen.bodies), Buffer.from(bytes));
      assert.equal(seen.reader.isPersistent, true);
    }),
  );
});

test('a body without a length ends with its connection, and one with a length does not', () => {
  const open = reading();
  assert.equal(open.push('HTTP/1.1 200 OK\r\n\r\nas much as comes'), 'goes-on');
  assert.equal(open.reader.closed(), true);
  assert.equal(open.reader.isPersistent, false);

  const cutOff = reading();
  assert.equal(cutOff.push('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nas much'), 'goes-on');
  assert.equal(cutOff.reader.closed(), false);
});

test('hints are passed over, and what has no body ends with its head', () => {
  const seen = reading();
  assert.equal(
    seen.push('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\nA: 1\r\na:  2 \r\n\r\n'),
    'whole',
  );
  assert.equal(seen.heads.length, 1);
  assert.equal(seen.heads[0]?.status, 204);
});

test('a connection is kept only when both sides know where the next response begins', () => {
  const isKept = (text: string) => {
    const seen = reading();
    seen.push(text);
    return seen.reader.isPersistent;
  };

  assert.equal(isKept('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'), true);
  assert.equal(isKept('HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n'), false);
  assert.equal(isKept('HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length: 0\r\n\r\n'), false);
  assert.equal(isKept('HTTP/1.1 200 OK\r\nconnection: x, close\r\ncontent-length: 0\r\n\r\n'), false);
  assert.equal(isKept('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK'), false, 'nobody asked for more');
  assert.equal(isKept('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab'), false);
});

const head = 'HTTP/1.1 200 OK\r\n';
const malformed: Readonly<Record<string, string>> = {
  'another protocol': 'SSH-2.0-OpenSSH\r\n\r\n',
  'another version': 'HTTP/2 200 OK\r\n\r\n',
  'no status': 'HTTP/1.1 OK\r\n\r\n',
  'a switch of protocols': 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  'two lengths': `${head}content-length: 1\r\ncontent-length: 2\r\n\r\n`,
  'one length twice': `${head}content-length: 1\r\ncontent-length: 1\r\n\r\n`,
  'a length below nothing': `${head}content-length: -1\r\n\r\n`,
  'a length with a sign': `${head}content-length: +1\r\n\r\n`,
  'a length in hex': `${head}content-length: 0x1\r\n\r\n`,
  'a length beside chunks': `${head}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`,
  'a coding that we did not ask for': `${head}transfer-encoding: gzip, chunked\r\n\r\n`,
  'chunks twice': `${head}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n`,
  'chunks before they were invented': 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
  'a folded line': `${head}a: 1\r\n 2\r\n\r\n`,
  'a name with a space': `${head}a : 1\r\n\r\n`,
  'a line without a colon': `${head}a\r\n\r\n`,
  'a bare line feed': `${head}a: 1\ncontent-length: 1\r\n\r\n`,
  'a NUL': `${head}a: \0\r\n\r\n`,
  'a chunk without a size': `${head}transfer-encoding: chunked\r\n\r\n\r\n`,
  'a chunk size that is none': `${head}transfer-encoding: chunked\r\n\r\n-1\r\n`,
  'a chunk size with a prefix': `${head}transfer-encoding: chunked\r\n\r\n0x1\r\na\r\n`,
  'a chunk size beyond counting': `${head}transfer-encoding: chunked\r\n\r\nfffffffffffff\r\n`,
  'a chunk longer than it said': `${head}transfer-encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`,
  'a head without end': `${head}${'a: 1\r\n'.repeat(20_000)}`,
  'a chunk line without end': `${head}transfer-encoding: chunked\r\n\r\n1;${'a'.repeat(10_000)}`,
  'trailers without end': `${head}transfer-encoding: chunked\r\n\r\n0\r\n${'a: 1\r\n'.repeat(20_000)}`,
};

for (const [what, wire] of Object.entries(malformed)) {
  test(`${what}: nothing on its connection is trusted`, () => {
    assert.equal(reading().push(wire), 'malformed');
  });
}

test('any bytes at all are read without a throw', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), (pieces) => {
      const seen = reading();
      seen.push('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      for (const piece of pieces) if (seen.push(piece) === 'malformed') return;
    }),
  );
});

function reading() {
  const heads: { status: number; type: string | undefined }[] = [];
  const bodies: Buffer[] = [];
  const reader = new ResponseReader({
    head: (status, headers) => heads.push({ status, type: headers['content-type'] }),
    data: (bytes) => bodies.push(Buffer.from(bytes)),
  });
  return { reader, heads, bodies, push: (piece: string | Uint8Array) => reader.push(Buffer.from(piece as string)) };
}

function counted(body: Uint8Array): Buffer {
  const text = `HTTP/1.1 200 Quite well\r\nContent-Type:text/plain \r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(text), body]);
}

function chunked(body: Uint8Array, sizes: Iterable<number>): Buffer {
  const text = 'HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\ncontent-type: text/plain\r\n\r\n';
  const parts = cut(Buffer.from(body), sizes).map((part, index) => {
    const size = index % 2 === 0 ? part.length.toString(16) : `00${part.length.toString(16).toUpperCase()} ;a="b"`;
    return Buffer.concat([Buffer.from(`${size}\r\n`), part, Buffer.from('\r\n')]);
  });
  const end = body.length % 2 === 0 ? '0\r\n\r\n' : '0\r\nx-trailer: 1\r\nx-other: 2\r\n\r\n';
  return Buffer.concat([Buffer.from(text), ...parts, Buffer.from(end)]);
}

function cut(bytes: Buffer, sizes: Iterable<number>): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) break;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
