// POST /v1/audio/transcriptions and /v1/audio/translations: a recording as text, subtitles, JSON or events.
import { answerCall, type Call } from '../answer-call.ts';
import type { Asked } from '../asked.ts';
import type { Dialect } from '../dialect.ts';
import { type Form, readForm } from '../form.ts';
import { invalidRequest, writeErrorFields } from '../openai-chat/errors.ts';
import { chunkEvent } from '../openai-chat/stream.ts';
import type { Prompt } from '../prompt.ts';
import { storyText } from '../story.ts';
import type { StreamEvent } from '../stream-event.ts';
import type { Refusal } from '../trouble.ts';
import type { Turn } from '../turn.ts';
import { usageField, wholeDialect, wordlessPrompt } from '../whole-dialect.ts';
import { countWords, repeatWords } from '../words.ts';
import { secondsOf } from './sound.ts';

type RecordingPrompt = Prompt & { readonly seconds: number; readonly words: readonly string[] };

const formats = ['json', 'text', 'srt', 'vtt', 'verbose_json'];
const wordsPerSecond = 2.5;
const tokensPerSecond = 10;
const textType = 'text/plain; charset=utf-8';

function speakTranscripts(task: string, form: Form | undefined): Dialect<RecordingPrompt> {
  const format = form?.fields.get('response_format') ?? 'json';
  const base = wholeDialect<RecordingPrompt>({
    protocol: `openai-${task}s`,
    readRequest: () => readRequest(form, format),
    writeAnswer: (turn) => writeAnswer(turn, format, task),
  });
  const jsonType = format === 'json' || format === 'verbose_json' ? base.jsonType : textType;
  return {
    ...base,
    jsonType,
    typeOf: ({ stream }) => (stream ? 'text/event-stream; charset=utf-8' : jsonType),
    outputTokens: ({ words }) => words.length,
    writeStream,
    errorEvent: (_turn, trouble) =>
      chunkEvent('delta', JSON.stringify({ type: 'error', error: writeErrorFields(trouble) })),
  };
}

export function answerTranscriptions(call: Call, { headers }: Asked): Promise<void> {
  return answerCall(speakTranscripts('transcription', readForm(call.bytes, headers['content-type'])), call);
}

export function answerTranslations(call: Call, { headers }: Asked): Promise<void> {
  return answerCall(speakTranscripts('translation', readForm(call.bytes, headers['content-type'])), call);
}

function readRequest(form: Form | undefined, format: string): RecordingPrompt | Refusal {
  if (!form) return invalidRequest('Could not parse multipart form.');
  const model = form.fields.get('model');
  if (!model) return invalidRequest("Missing required parameter: 'model'.", 'model');
  const file = form.files.find(({ field }) => field === 'file');
  if (!file || file.bytes.length === 0) return invalidRequest("Missing required parameter: 'file'.", 'file');
  if (!formats.includes(format)) return invalidRequest(`Unsupported response format '${format}'.`, 'response_format');
  const seconds = secondsOf(file.bytes);
  const asked = form.fields.get('prompt') ?? '';
  const tokens = Math.ceil(seconds * tokensPerSecond) + countWords(asked);
  const prompt = wordlessPrompt(model, [{ role: 'user', text: asked, tokens }]);
  const words = repeatWords(storyText, Math.max(1, Math.round(seconds * wordsPerSecond)));
  // Billed by the second, it says all at once, as Whisper does.
  const stream = form.fields.get('stream') === 'true' && !isBySecond(model);
  return { ...prompt, stream, seconds, words };
}

function isBySecond(model: string): boolean {
  return /(?:^|\/)transcribe$/.test(model);
}

function writeAnswer(turn: Turn<RecordingPrompt>, format: string, task: string): string {
  const { seconds, words } = turn.prompt;
  const text = (turn.replies.length === 0 ? [] : words).join('').trim();
  switch (format) {
    case 'text':
      return `${text}\n`;
    case 'srt':
      return `1\n00:00:00,000 --> ${clock(seconds, ',')}\n${text}\n\n`;
    case 'vtt':
      return `WEBVTT\n\n00:00:00.000 --> ${clock(seconds, '.')}\n${text}\n\n`;
    case 'verbose_json': {
      const segment = { id: 0, seek: 0, start: 0, end: seconds, text, tokens: [], temperature: 0 };
      const scores = { avg_logprob: -0.1, compression_ratio: 1, no_speech_prob: 0.01 };
      const whole = {
        task: task === 'translation' ? 'translate' : 'transcribe',
        language: 'english',
        duration: seconds,
      };
      const usage = { type: 'duration', seconds: Math.ceil(seconds) };
      return `${JSON.stringify({ ...whole, text, segments: [{ ...segment, ...scores }], usage })}\n`;
    }
    default:
      return `{"text":${JSON.stringify(text)}${writeUsage(turn)}}\n`;
  }
}

function clock(seconds: number, point: string): string {
  const time = new Date(Math.round(seconds * 1000)).toISOString();
  return time.slice(11, 23).replace('.', point);
}

function writeUsage(turn: Turn<RecordingPrompt>): string {
  const { model, seconds, messages } = turn.prompt;
  if (isBySecond(model)) return turn.bill ? `,"usage":{"type":"duration","seconds":${Math.ceil(seconds)}}` : '';
  const text = countWords(messages[0]?.text ?? '');
  const details = `{"audio_tokens":${turn.usage.input - text},"text_tokens":${text}}`;
  return usageField(
    turn,
    ({ input, output, total }) =>
      `{"type":"tokens","input_tokens":${input},"input_token_details":${details},"output_tokens":${output},"total_tokens":${total}}`,
  );
}

function* writeStream(turn: Turn<RecordingPrompt>): Generator<StreamEvent> {
  const words = turn.replies.length === 0 ? [] : turn.prompt.words;
  for (const word of words)
    yield chunkEvent('delta', JSON.stringify({ type: 'transcript.text.delta', delta: word }), 1);
  const text = JSON.stringify(words.join('').trim());
  yield chunkEvent('finish', `{"type":"transcript.text.done","text":${text}${writeUsage(turn)}}`);
}
