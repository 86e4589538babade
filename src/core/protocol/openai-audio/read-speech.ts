import { readNumber } from '../json-scan.ts';
import { malformed, RequestBody } from '../native-surface/request-body.ts';
import type { RequestFacts } from '../protocol.ts';

const spliced = ['model', 'user'] as const;
const wanted: ReadonlySet<string> = new Set([...spliced, 'input', 'speed', 'stream_format']);

/** Nobody speaks slower than four bytes of text a second, and a pause of half a minute may come on top. */
const bytesPerSecondLeast = 4;
const pauseSeconds = 30;
/** Somewhat above OpenAI's 21. */
const tokensPerSecondMax = 25;

export function readSpeech(bytes: Uint8Array): RequestFacts {
  const body = new RequestBody(bytes, wanted);
  const model = body.text('model');
  if (model === undefined) throw malformed('"model" is missing');
  const input = body.needed('input');
  if (input.kind !== 'string') throw malformed('"input" is not a text');
  const seconds = Math.ceil((input.end - input.start) / bytesPerSecondLeast / speedOf(body)) + pauseSeconds;
  return {
    model,
    stream: body.text('stream_format') === 'sse',
    outputLimit: seconds * tokensPerSecondMax,
    choices: 1,
    wantsUsage: true,
    store: undefined,
    nativeOnly: 'surface',
    hasTools: false,
    inputIsOpen: false,
    mediaBytes: 0,
    mediaTokensMax: 0,
    mediaTokensLikely: 0,
    media: {
      isForm: false,
      bounds: { images: 0, audioSeconds: seconds, hasAudio: true },
      secondsSent: 0,
      speaks: true,
    },
    spans: body.spansOf(spliced),
  };
}

/** Slower than usual makes it longer; faster makes it no shorter in our eyes. */
function speedOf(body: RequestBody): number {
  const field = body.field('speed');
  if (!field) return 1;
  const speed = field.kind === 'number' ? readNumber(body.bytes, field) : Number.NaN;
  if (!(speed >= 0.1 && speed <= 10)) throw malformed('"speed" is not a number from 0.1 to 10');
  return Math.min(1, speed);
}
