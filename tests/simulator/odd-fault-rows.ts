import assert from 'node:assert/strict';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import type { Seen } from './raw-client.ts';

export type OddCheck = (seen: Seen, isStream: boolean) => void;

/** The mode as called, and what stands on the wire, in any dialect. */
export type OddRow = readonly [mode: string, check: OddCheck];

const wire = (seen: Seen) => seen.bytes.toString('latin1');

/** Its story, from the first word to the last; each dialect escapes none of it. */
const isStory: OddCheck = (seen) => assert.ok(holdsStory(withoutFraming(seen.bytes.toString())), 'the whole story');

/** Chunks, and what stands beside their sizes, cut words in two. */
function withoutFraming(text: string): string {
  return text.replaceAll(/\r\n[0-9a-f]+(;[^\r]*)?\r\n/g, '');
}

function holdsStory(text: string): boolean {
  return /harbour/.test(text) && /finish|message_stop|status":\s*"completed|STOP|"stop"/i.test(text);
}

const begins = (text: string): OddCheck => {
  return (seen) => assert.ok(wire(seen).startsWith(text), wire(seen).slice(0, 60));
};

const all = (...checks: readonly OddCheck[]): OddCheck => {
  return (seen, isStream) => {
    for (const check of checks) check(seen, isStream);
  };
};

const has = (pattern: RegExp): OddCheck => {
  return (seen) => assert.match(wire(seen), pattern);
};

const only = (when: 'stream' | 'body', check: OddCheck): OddCheck => {
  return (seen, isStream) => {
    if (isStream === (when === 'stream')) check(seen, isStream);
  };
};

const status = (code: number): OddCheck => {
  return (seen) => assert.equal(seen.status, code);
};

const header = (name: string, value: string | undefined): OddCheck => {
  return (seen) => assert.equal(seen.headers[name], value);
};

const refuses = (code: number): OddCheck => {
  return all(status(code), (seen) => assert.equal(typeof JSON.parse(String(seen.body)), 'object'));
};

const inflates = (inflate: (bytes: Buffer) => Buffer, encoding: string): OddCheck => {
  return all(header('content-encoding', encoding), (seen) =>
    assert.ok(holdsStory(inflate(seen.body).toString()), 'the whole story'),
  );
};

const redirects = (code: number, to: RegExp): OddCheck => {
  return all(status(code), (seen) => assert.match(seen.headers.location ?? '-', to));
};

const says = (json: string): OddCheck => {
  return (seen) => assert.ok(String(seen.body).includes(json), String(seen.body).slice(0, 80));
};

const isNotWhole: OddCheck = (seen) => assert.equal(seen.isWhole, false);
const count = (pattern: RegExp, times: number): OddCheck => {
  return (seen) => assert.equal(wire(seen).match(pattern)?.length ?? 0, times);
};

const elsewhere = /\/simulator\/elsewhere$/;

export const oddRows: readonly OddRow[] = [
  ['continue-first', all(begins('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200'), isStory)],
  ['early-hints', all(begins('HTTP/1.1 103 Early Hints\r\n'), isStory)],
  ['informational-flood', all(count(/HTTP\/1\.1 103/g, 500), isStory)],
  ['switching-protocols', begins('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket')],
  ['http-1-0', all(begins('HTTP/1.0 200 OK'), header('content-length', undefined), isStory)],
  ['length-short', (seen) => assert.equal(Math.floor(seen.body.length / 2), Number(seen.headers['content-length']))],
  ['length-and-chunked', has(/content-length: \d+\r\ntransfer-encoding: chunked/)],
  ['chunk-truncated', isNotWhole],
  ['chunk-extension', all(has(/\r\n[0-9a-f]+;note="x{1024}"\r\n/), isStory)],
  ['trailers', all(has(/\r\n0\r\nx-checksum: 0\r\nx-usage: none\r\n\r\n$/), isStory)],
  ['head-huge', all(header('x-padding', 'x'.repeat(200 * 1024)))],
  ['head-garbage', begins('220 mail.example')],
  ['type-capital', all(has(/content-type: (TEXT\/EVENT-STREAM|APPLICATION\/JSON) ; Charset="UTF-8"/i), isStory)],
  ['http-417', refuses(417)],
  ['http-418', refuses(418)],
  ['http-451', refuses(451)],
  ['http-501', refuses(501)],
  ['http-429-retry-ms', all(refuses(429), header('retry-after-ms', '1500'))],
  ['http-429-retry-date', all(refuses(429), has(/retry-after: Fri, 31 Dec 2049/))],
  ['http-429-retry-past', all(refuses(429), has(/retry-after: Wed, 21 Oct 2015/))],
  ['http-429-retry-huge', all(refuses(429), has(/retry-after: 1000000000|"1000000000s"/))],
  ['http-429-retry-negative', all(refuses(429), header('retry-after', '-5'))],
  ['http-429-retry-words', all(refuses(429), header('retry-after', 'in a while'))],
  ['no-content', all(status(204), (seen) => assert.equal(seen.body.length, 0))],
  ['not-modified', all(status(304), (seen) => assert.equal(seen.body.length, 0))],
  ['redirect-301', redirects(301, elsewhere)],
  ['redirect-303', redirects(303, elsewhere)],
  ['redirect-307', redirects(307, elsewhere)],
  ['redirect-308', redirects(308, elsewhere)],
  ['redirect-cross', redirects(307, /^http:\/\/localhost:\d+\/simulator\/elsewhere$/)],
  ['redirect-self', redirects(308, /^$/)],
  ['deflate', inflates(inflateSync, 'deflate')],
  ['brotli', inflates(brotliDecompressSync, 'br')],
  ['zstd', inflates(zstdDecompressSync, 'zstd')],
  ['gzip-double', inflates((bytes) => gunzipSync(gunzipSync(bytes)), 'gzip, gzip')],
  ['gzip-lie', inflates((bytes) => bytes, 'gzip')],
  ['encoding-unknown', inflates((bytes) => bytes, 'snappy')],
  ['gzip-truncated', (seen) => assert.throws(() => gunzipSync(seen.body))],
  ['gzip-bomb', (seen) => assert.equal(gunzipSync(seen.body).length, 2 ** 30)],
  ['json-deep', all(has(/"x_deep":\[{40}\]{40}/), isStory)],
  ['json-huge', only('body', has(/a{1000}/))],
  ['json-duplicate-keys', all(has(/"model":7,"choices":null/), isStory)],
  ['json-other', says('{"status":"ok"')],
  ['json-null', says('null')],
  ['json-number', says('42')],
  ['json-list', says('[]')],
  ['json-text', says('"It works"')],
  ['comments-only', (seen) => assert.match(String(seen.body), /^(: working\n\n|\s)+$/)],
  [
    'line-ends-mixed',
    all(
      isStory,
      only('stream', (seen) => assert.match(String(seen.body), /[^\r]\n.*\r\n.*\r[^\n]/s)),
    ),
  ],
  ['null-bytes', (seen) => assert.match(String(seen.body), /\\u0000/)],
  ['null-bytes-raw', all((seen) => assert.ok(seen.body.includes('\u0000\u0000')), isStory)],
  [
    'error-event-last',
    all(
      says('at the very end'),
      only('stream', (seen) => assert.match(wire(seen), /harbour/)),
    ),
  ],
  ['events-swapped', isStory],
  ['event-repeated', isStory],
  ['two-per-packet', all(isStory, (seen) => assert.ok(seen.chunks.every((chunk) => chunk.length <= 500)))],
  [
    'text-surrogates',
    (seen, isStream) => assert.match(String(seen.body), isStream ? /\\ud83d".*"\\ude00/s : /\ud83d\ude00/u),
  ],
  ['close-mid-3', isNotWhole],
  ['garbage-3', all((seen) => assert.ok(seen.body.includes(Buffer.from([128, 165, 202]))))],
];

/** These want a tool in the question, or a connection that was used before. */
const otherModes = ['tool-surrogates', 'tool-broken', 'closed-on-reuse'];

/** As they stand in the list of modes. */
export const oddModes: ReadonlySet<string> = new Set(
  [...oddRows.map(([mode]) => mode), ...otherModes].flatMap((mode) => [mode, mode.replace(/-\d+$/, '-<k>')]),
);
