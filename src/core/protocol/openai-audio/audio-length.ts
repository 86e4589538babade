import { Buffer } from 'node:buffer';

// How long audio is, read from its container: nothing is decoded. A form that we do not know is bounded by the slowest
// codec that anybody speaks through. https://www.rfc-editor.org/rfc/rfc9639 (FLAC), rfc3533 (Ogg), rfc7845 (Opus).

/** In whole seconds. `most` bounds it; `likely` is what it is, as far as its container tells. */
export type AudioLength = { readonly most: number; readonly likely: number };

/** Opus at its slowest, and an ordinary podcast. */
const bytesPerSecondLeast = 500;
const bytesPerSecondLikely = 4_000;

/**
 * Where the length stands in a header that decoders pass over, it is the caller's word alone: it may not tell of less audio than
 * so many bytes hold at the least and at the most that is spoken through such a container.
 */
const words: Readonly<
  Record<Container, { readonly leastPerSecond: number; readonly mostPerSecond: number } | undefined>
> = {
  // Its rate is what the samples are played at, and frames are counted.
  wav: undefined,
  mpeg: undefined,
  flac: { leastPerSecond: 8_000, mostPerSecond: 100_000 },
  ogg: { leastPerSecond: 1_500, mostPerSecond: 40_000 },
  mp4: { leastPerSecond: 1_500, mostPerSecond: 40_000 },
};

export function lengthOfAudio(audio: Uint8Array): AudioLength {
  const bytes = Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength);
  const seconds = secondsTold(bytes);
  if (seconds === undefined || !(seconds >= 0) || seconds > bytes.length) {
    return {
      most: Math.ceil(bytes.length / bytesPerSecondLeast) + 1,
      likely: Math.ceil(bytes.length / bytesPerSecondLikely),
    };
  }
  const told = containerOf(bytes);
  const word = told === undefined ? undefined : words[told];
  const mostLeast = word ? bytes.length / word.leastPerSecond : 0;
  const likelyLeast = word ? bytes.length / word.mostPerSecond : 0;
  // Readers differ by a frame or two.
  return {
    most: Math.ceil(Math.max(seconds * 1.02, mostLeast)) + 1,
    likely: Math.ceil(Math.max(seconds, likelyLeast)),
  };
}

function secondsTold(bytes: Buffer): number | undefined {
  switch (containerOf(bytes)) {
    case 'wav':
      return wavSeconds(bytes, bytes.length);
    case 'flac':
      return flacSeconds(bytes);
    case 'ogg':
      return oggSeconds(bytes, bytes);
    case 'mp4':
      return mp4Seconds(bytes);
    case 'mpeg':
      return mpegSeconds(bytes);
    case undefined:
      return undefined;
  }
}

export type Container = 'wav' | 'flac' | 'ogg' | 'mp4' | 'mpeg';

export function containerOf(bytes: Buffer): Container | undefined {
  const mark = bytes.toString('latin1', 0, 12);
  if (mark.startsWith('RIFF') && mark.endsWith('WAVE')) return 'wav';
  if (mark.startsWith('fLaC')) return 'flac';
  if (mark.startsWith('OggS')) return 'ogg';
  if (mark.slice(4, 8) === 'ftyp') return 'mp4';
  return mark.startsWith('ID3') || frameAt(bytes, 0) ? 'mpeg' : undefined;
}

/** Of plain samples; `total` is of all bytes, of which these are the first. */
export function wavSeconds(bytes: Buffer, total: number): number | undefined {
  const format = bytes.indexOf('fmt ', 12, 'latin1');
  const data = bytes.indexOf('data', 12, 'latin1');
  if (format < 0 || data < 0 || format + 24 > bytes.length) return undefined;
  const coding = bytes.readUInt16LE(format + 8);
  const rate =
    bytes.readUInt32LE(format + 12) * bytes.readUInt16LE(format + 10) * (bytes.readUInt16LE(format + 22) / 8);
  const isPlain = coding === 1 || coding === 3 || coding === 0xfffe;
  return isPlain && rate > 0 ? Math.max(0, total - data - 8) / rate : undefined;
}

function flacSeconds(bytes: Buffer): number | undefined {
  if (bytes.length < 26) return undefined;
  const rate = bytes.readUIntBE(18, 3) >> 4;
  const samples = (bytes.readUInt8(21) & 0x0f) * 2 ** 32 + bytes.readUInt32BE(22);
  return rate > 0 && samples > 0 ? samples / rate : undefined;
}

/** The last page says how many samples there were up to its end. */
export function oggSeconds(head: Buffer, tail: Buffer): number | undefined {
  const page = tail.lastIndexOf('OggS', tail.length, 'latin1');
  if (page < 0 || page + 14 > tail.length) return undefined;
  const granule = Number(tail.readBigUInt64LE(page + 6));
  const vorbis = head.indexOf('\x01vorbis', 0, 'latin1');
  const rate = head.includes('OpusHead', 0, 'latin1')
    ? 48_000
    : vorbis >= 0 && vorbis + 16 <= head.length
      ? head.readUInt32LE(vorbis + 12)
      : 0;
  return rate > 0 ? granule / rate : undefined;
}

function mp4Seconds(bytes: Buffer): number | undefined {
  const at = bytes.indexOf('mvhd', 0, 'latin1') + 4;
  if (at < 4 || at + 32 > bytes.length) return undefined;
  const isLong = bytes.readUInt8(at) === 1;
  const scale = bytes.readUInt32BE(at + (isLong ? 20 : 12));
  const duration = isLong ? Number(bytes.readBigUInt64BE(at + 24)) : bytes.readUInt32BE(at + 16);
  return scale > 0 ? duration / scale : undefined;
}

/** MPEG audio and AAC have no length of their own: every frame is counted. */
function mpegSeconds(bytes: Buffer): number | undefined {
  let at = pastTag(bytes);
  const start = at;
  let seconds = 0;
  for (let frame = frameAt(bytes, at); frame; frame = frameAt(bytes, at)) {
    seconds += frame.seconds;
    at += frame.bytes;
  }
  // What stands behind the frames may be a tag; more than that was not understood.
  return at - start >= (bytes.length - start) * 0.9 ? seconds : undefined;
}

export function pastTag(bytes: Buffer): number {
  if (bytes.toString('latin1', 0, 3) !== 'ID3' || bytes.length < 10) return 0;
  const size = [6, 7, 8, 9].reduce((sum, place) => sum * 128 + (bytes.readUInt8(place) & 0x7f), 0);
  return size + 10;
}

export type Frame = { readonly bytes: number; readonly seconds: number };

const layerThree1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const layerThree2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const mpegRates = [44_100, 48_000, 32_000];
const aacRates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/** A frame of layer III or of AAC that begins here. */
export function frameAt(bytes: Buffer, at: number): Frame | undefined {
  if (at + 6 > bytes.length || bytes.readUInt8(at) !== 0xff || (bytes.readUInt8(at + 1) & 0xe0) !== 0xe0)
    return undefined;
  const second = bytes.readUInt8(at + 1);
  const third = bytes.readUInt8(at + 2);
  if ((second & 0xf6) === 0xf0) {
    const rate = aacRates[(third >> 2) & 0x0f];
    const length = (bytes.readUIntBE(at + 3, 3) >> 5) & 0x1fff;
    return rate && length > 7 ? { bytes: length, seconds: 1_024 / rate } : undefined;
  }
  const version = (second >> 3) & 0x03;
  if ((second & 0x06) !== 0x02 || version === 1) return undefined;
  const kilobits = (version === 3 ? layerThree1 : layerThree2)[third >> 4];
  const rate = (mpegRates[(third >> 2) & 0x03] ?? 0) / (version === 3 ? 1 : version === 2 ? 2 : 4);
  if (!kilobits || rate === 0) return undefined;
  const samples = version === 3 ? 1_152 : 576;
  return { bytes: Math.floor((samples * kilobits * 125) / rate) + ((third >> 1) & 1), seconds: samples / rate };
}
