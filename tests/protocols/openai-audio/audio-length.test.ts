// How long audio is, by its container: what is told is believed, what is not is bounded, and no bytes hurt.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { lengthOfAudio } from '#core/protocol/openai-audio/audio-length.ts';
import { SpeechMeter } from '#core/protocol/openai-audio/speech-meter.ts';
import { type SoundFormat, speakWords } from '#simulator/openai-audio/sound.ts';

const speak = (words: number, format: SoundFormat) => Buffer.concat([...speakWords(words, format)]);

/** One page of Ogg with Opus in it that ends after so many seconds. */
function opus(seconds: number): Buffer {
  const page = (granule: number, payload: string) => {
    const head = Buffer.alloc(27);
    head.write('OggS', 0, 'latin1');
    head.writeBigUInt64LE(BigInt(granule), 6);
    return Buffer.concat([head, Buffer.from(payload, 'latin1')]);
  };
  return Buffer.concat([page(0, 'OpusHead'), page(seconds * 48_000, 'x'.repeat(900))]);
}

function flac(seconds: number, rate = 44_100): Buffer {
  const head = Buffer.alloc(60);
  head.write('fLaC', 0, 'latin1');
  head.writeUIntBE(rate << 4, 18, 3);
  head.writeUInt32BE(seconds * rate, 22);
  return head;
}

function mp4(seconds: number): Buffer {
  const box = Buffer.alloc(40);
  box.write('mvhd', 0, 'latin1');
  box.writeUInt32BE(1_000, 4 + 12);
  box.writeUInt32BE(seconds * 1_000, 4 + 16);
  return Buffer.concat([Buffer.from('\0\0\0\x14ftypM4A \0\0\0\0moov', 'latin1'), box]);
}

test('each container tells its length, and the bound lies just above it', () => {
  const known = [
    [speak(5, 'wav'), 2],
    [speak(10, 'mp3'), 5],
    [Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\x04abcd', 'latin1'), speak(10, 'mp3')]), 5],
    [opus(7), 7],
    [flac(9), 9],
    [mp4(12), 12],
  ] as const;
  for (const [audio, seconds] of known) {
    const { likely, most } = lengthOfAudio(audio);
    assert.equal(likely, seconds);
    assert.ok(most >= seconds && most <= seconds * 1.02 + 2, String(most));
  }
});

test('what tells no length is bounded by the slowest codec there is', () => {
  for (const audio of [Buffer.alloc(50_000, 'x'), flac(0), speak(3, 'pcm').subarray(1)]) {
    const { likely, most } = lengthOfAudio(audio);
    assert.ok(most >= audio.length / 500 && likely <= most);
  }
  // A frame or two and then anything: no length to go by.
  const odd = Buffer.concat([speak(1, 'mp3'), Buffer.alloc(90_000, 7)]);
  assert.ok(lengthOfAudio(odd).most >= odd.length / 500);
});

test('no bytes make it throw, hang or say less than nothing', () => {
  const marks = ['RIFF....WAVEfmt ', 'OggS', 'fLaC', 'ID3', '\xff\xf3\x84', '\xff\xf1\x50\x80', '....ftypmvhd'];
  const starts = fc.constantFrom(...marks).map((mark) => Buffer.from(mark, 'latin1'));
  const property = fc.property(starts, fc.uint8Array({ maxLength: 300 }), (start, rest) => {
    const audio = Buffer.concat([start, rest]);
    const { likely, most } = lengthOfAudio(audio);
    assert.ok(Number.isSafeInteger(likely) && Number.isSafeInteger(most) && likely >= 0 && most >= likely);
    const meter = new SpeechMeter();
    meter.read(audio);
    assert.ok(Number.isSafeInteger(meter.shown.audioSeconds) && meter.shown.audioSeconds >= 0);
  });
  fc.assert(property, { numRuns: 600 });
});

test('speech that passes is measured whatever pieces it comes in', () => {
  for (const format of ['wav', 'pcm', 'mp3'] as const) {
    const audio = speak(20, format);
    const property = fc.property(fc.integer({ min: 1, max: 9_000 }), (size) => {
      const meter = new SpeechMeter();
      for (let at = 0; at < audio.length; at += size) meter.read(audio.subarray(at, at + size));
      assert.ok(Math.abs(meter.shown.audioSeconds - 8) <= 1, `${format} ${meter.shown.audioSeconds}`);
    });
    fc.assert(property, { numRuns: 20 });
  }
});

test('a header that tells of less than its bytes hold lowers neither bound nor estimate', () => {
  const bulk = Buffer.alloc(26_000_000);
  for (const forged of [
    Buffer.concat([mp4(0), bulk]),
    Buffer.concat([opus(1), bulk]),
    Buffer.concat([flac(1), bulk]),
  ]) {
    const { likely, most } = lengthOfAudio(forged);

    assert.ok(most > 3_000 && likely > 200, `${most} ${likely}`);
  }
});
