// Audio that is short and true: silence in MPEG frames, or a tone in plain samples.

const rate = 24_000;
const samplesPerWord = 9_600;
/** MPEG-2, layer III, 64 kbit/s, 24 kHz, one channel: 576 samples in 192 bytes. All zeros behind the head is silence. */
const frame = Buffer.concat([Buffer.from([0xff, 0xf3, 0x84, 0xc4]), Buffer.alloc(188)]);
const framesPerWord = 17;

export type SoundFormat = 'mp3' | 'wav' | 'pcm';

export const soundTypes: Readonly<Record<SoundFormat, string>> = {
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

/** One piece for each word. */
export function* speakWords(words: number, format: SoundFormat): Generator<Buffer> {
  if (format === 'mp3') {
    for (let word = 0; word < words; word += 1) yield Buffer.concat(Array.from({ length: framesPerWord }, () => frame));
    return;
  }
  for (let word = 0; word < words; word += 1) {
    const tone = Buffer.alloc(samplesPerWord * 2);
    for (let at = 0; at < samplesPerWord; at += 1) {
      tone.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * 220 * at) / rate)), at * 2);
    }
    // As a stream has it: nobody knows the length yet.
    yield format === 'wav' && word === 0 ? Buffer.concat([wavHead(), tone]) : tone;
  }
}

function wavHead(): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(0xffffffff, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(0xffffffff, 40);
  return head;
}

/** How long a recording is: of plain samples by its head, of all else as if it were speech of ours. */
export function secondsOf(bytes: Buffer): number {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.length < 44) return bytes.length / 8_000;
  return (bytes.length - 44) / bytes.readUInt32LE(28);
}
