// POST /v1/audio/speech: bytes of audio, or the same as events.
import { answerCall, type Call } from '../answer-call.ts';
import type { Dialect } from '../dialect.ts';
import { isRecord } from '../json-value.ts';
import { invalidRequest, writeErrorFields } from '../openai-chat/errors.ts';
import { chunkEvent } from '../openai-chat/stream.ts';
import { parseJson } from '../parse-json.ts';
import type { Prompt } from '../prompt.ts';
import type { StreamEvent } from '../stream-event.ts';
import type { Refusal } from '../trouble.ts';
import type { Turn } from '../turn.ts';
import { usageField, wholeDialect, wordlessPrompt } from '../whole-dialect.ts';
import { countWords } from '../words.ts';
import { type SoundFormat, soundTypes, speakWords } from './sound.ts';

type SpeechPrompt = Prompt & { readonly words: number; readonly sound: SoundFormat };

/** Some 1,250 a minute, as OpenAI's are. */
const tokensPerWord = 8;
const inputMax = 4_096;
const formats: readonly SoundFormat[] = ['mp3', 'wav', 'pcm'];

function speakSpeech(type: string): Dialect<SpeechPrompt> {
  const base = wholeDialect<SpeechPrompt>({
    protocol: 'openai-speech',
    readRequest,
    // Faults cut and garble a text: to them this is one.
    writeAnswer: ({ prompt, replies }) => (replies.length === 0 ? '' : 'audio '.repeat(prompt.words * 100)),
  });
  return {
    ...base,
    jsonType: type,
    typeOf: ({ stream }) => (stream ? 'text/event-stream; charset=utf-8' : type),
    outputTokens: ({ words }) => words * tokensPerWord,
    *writeBytes({ prompt }) {
      for (const bytes of speakWords(prompt.words, prompt.sound)) yield { bytes, tokens: tokensPerWord };
    },
    writeStream,
    errorEvent: (_turn, trouble) =>
      chunkEvent('delta', JSON.stringify({ type: 'error', error: writeErrorFields(trouble) })),
  };
}

export function answerSpeech(call: Call): Promise<void> {
  const asked = parseJson(call.bytes.toString('utf8'));
  const format = isRecord(asked) ? formats.find((each) => each === asked.response_format) : undefined;
  return answerCall(speakSpeech(soundTypes[format ?? 'mp3']), call);
}

function readRequest(bytes: Buffer): SpeechPrompt | Refusal {
  const asked = parseJson(bytes.toString('utf8'));
  if (!isRecord(asked)) return invalidRequest('We could not parse the JSON body of your request.');
  const { model, input, voice, response_format: format = 'mp3', speed = 1, stream_format: streamed = 'audio' } = asked;
  if (typeof model !== 'string' || model === '') return invalidRequest("Missing required parameter: 'model'.", 'model');
  if (typeof input !== 'string' || input === '' || input.length > inputMax) {
    return invalidRequest(`'input' is not a text of 1 to ${inputMax} characters.`, 'input');
  }
  if (voice === undefined) return invalidRequest("Missing required parameter: 'voice'.", 'voice');
  const sound = formats.find((each) => each === format);
  if (sound === undefined) return invalidRequest('Only mp3, wav and pcm are spoken here.', 'response_format');
  if (typeof speed !== 'number' || speed < 0.25 || speed > 4) return invalidRequest("Invalid 'speed'.", 'speed');
  const words = countWords(input);
  const prompt = wordlessPrompt(model, [{ role: 'user', text: input, tokens: words }]);
  return { ...prompt, stream: streamed === 'sse', words, sound };
}

function* writeStream(turn: Turn<SpeechPrompt>): Generator<StreamEvent> {
  for (const bytes of speakWords(turn.replies.length === 0 ? 0 : turn.prompt.words, turn.prompt.sound)) {
    const data = JSON.stringify({ type: 'speech.audio.delta', audio: bytes.toString('base64') });
    yield chunkEvent('delta', data, tokensPerWord);
  }
  const usage = usageField(
    turn,
    ({ input, output, total }) => `{"input_tokens":${input},"output_tokens":${output},"total_tokens":${total}}`,
  );
  yield chunkEvent('finish', `{"type":"speech.audio.done"${usage}}`);
}
