import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { body, close, delivered, end, head, type Step } from '../step.ts';
import { type FaultCall, type FaultMode, joinUnits, sayBody, unitsOf } from './fault-mode.ts';

// Compression that nobody asked for, good and bad.
export const encodingFaults: readonly FaultMode[] = [
  coded('gzip', 'Sends an honest answer compressed, whether asked for or not.', 'gzip', gzipSync),
  coded('deflate', 'Sends an honest answer compressed with deflate.', 'deflate', deflateSync),
  coded('brotli', 'Sends an honest answer compressed with Brotli.', 'br', brotliCompressSync),
  coded('zstd', 'Sends an honest answer compressed with Zstandard.', 'zstd', zstdCompressSync),
  coded('gzip-double', 'Sends an honest answer compressed twice, and says so.', 'gzip, gzip', (text) =>
    gzipSync(gzipSync(text)),
  ),
  coded('gzip-lie', 'Says that a plain answer is compressed.', 'gzip', (text) => text),
  coded('encoding-unknown', 'Names an encoding that nobody knows.', 'snappy', (text) => text),
  { mode: 'gzip-truncated', what: 'Compresses its answer and sends two thirds of it.', play: playTruncated },
  { mode: 'gzip-bomb', what: 'Sends a megabyte that inflates to a gigabyte.', play: playBomb },
];

type Coding = (text: Buffer) => Buffer;

function coded(mode: string, what: string, encoding: string, encode: Coding): FaultMode {
  return {
    mode,
    what,
    play: (call) => {
      const bytes = encode(joinUnits(unitsOf(call)));
      return sayBody(200, headersOf(call, encoding), bytes, call.turn.usage.output);
    },
  };
}

function headersOf({ dialect, turn }: FaultCall, encoding: string) {
  return { ...dialect.writeHeaders(dialect.typeOf(turn.prompt)), 'content-encoding': encoding };
}

function playTruncated(call: FaultCall): Step[] {
  const bytes = gzipSync(joinUnits(unitsOf(call)));
  // Its length is not told: only the end of the compressed stream is missing.
  const cut = bytes.subarray(0, Math.floor((bytes.length * 2) / 3));
  return [head(200, headersOf(call, 'gzip')), body(cut), delivered, end];
}

let bomb: Buffer | undefined;

function playBomb(call: FaultCall): Step[] {
  // Members of a gzip file may follow each other; each of these holds sixteen megabytes of blanks.
  bomb ??= gzipSync(Buffer.alloc(16 * 1024 * 1024, ' '));
  const members = Array.from({ length: 64 }, () => body(bomb ?? ''));
  return [head(200, headersOf(call, 'gzip')), ...members.slice(0, 2), delivered, ...members.slice(2), close];
}
