// OpenAI's audio: speech from words, words from speech: https://platform.openai.com/docs/api-reference/audio.
import { spliceFieldsRequest, spliceInputRequest } from '../native-surface/body-edits.ts';
import { nativeSurface } from '../native-surface/native-surface.ts';
import { readErrorCode } from '../openai-chat/read-reply.ts';
import type { Protocol } from '../protocol.ts';
import { AudioStream } from './audio-stream.ts';
import { readRecording } from './read-recording.ts';
import { readTranscript } from './read-reply.ts';
import { readSpeech } from './read-speech.ts';
import { SpeechMeter } from './speech-meter.ts';

export const audioSpeech: Protocol = {
  ...nativeSurface({
    path: '/audio/speech',
    readRequest: readSpeech,
    spliceRequest: spliceInputRequest,
    // What comes as JSON or as a text is no speech.
    readReply(body) {
      const code = readErrorCode(body);
      return code === 'unknown' ? { kind: 'not-json' } : { kind: 'error', code };
    },
    openStream: () => new AudioStream(true),
  }),
  openBytes: () => new SpeechMeter(),
};

function recording(path: string): Protocol {
  return nativeSurface({
    path,
    readRequest: readRecording,
    spliceRequest: spliceFieldsRequest,
    readReply: readTranscript,
    openStream: () => new AudioStream(false),
  });
}

export const audioTranscriptions = recording('/audio/transcriptions');
export const audioTranslations = recording('/audio/translations');
