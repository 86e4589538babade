// What callers send: ordinary English, an output limit, nothing exotic.
import { nameStreamModel, type StreamShape } from './stream-model.ts';

export const sentence = 'Please tell me how a line is led so that it neither chafes nor fouls, and name the fitting. ';

export function jsonRequest(model: string, bytes: number): string {
  const empty = encode(model, '', {});
  const text = sentence.repeat(Math.ceil(bytes / sentence.length)).slice(0, Math.max(1, bytes - empty.length));
  return encode(model, text, {});
}

export function streamRequest(modelPrefix: string, shape: StreamShape): string {
  const model = `${modelPrefix}${nameStreamModel(shape)}`;
  const more = { max_tokens: shape.chunks + 16, stream: true, stream_options: { include_usage: true } };
  return encode(model, sentence.repeat(8), more);
}

function encode(model: string, text: string, more: object): string {
  const messages = [
    { role: 'system', content: 'You are a patient boatswain. Answer in three sentences.' },
    { role: 'user', content: text },
  ];
  return JSON.stringify({ model, messages, temperature: 0.7, max_tokens: 512, ...more });
}
