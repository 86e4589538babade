import { join } from 'node:path';
import { at, list, text } from '../oracle/plain.ts';
import type { Dialect } from '../oracle/summary.ts';
import type { Exchange } from './exchange.ts';
import { readTar } from './read-tar.ts';

/** Which folder of the AI SDK's packages speaks which dialect. The others speak none of ours. */
const folders: Readonly<Record<string, Dialect>> = {
  'alibaba/src': 'openai-chat',
  'deepseek/src/chat': 'openai-chat',
  'groq/src': 'openai-chat',
  'mistral/src': 'openai-chat',
  'moonshotai/src': 'openai-chat',
  'openai-compatible/src/chat': 'openai-chat',
  'openai/src/chat': 'openai-chat',
  'perplexity/src': 'openai-chat',
  'xai/src': 'openai-chat',
  'azure/src': 'openai-responses',
  'open-responses/src/responses': 'openai-responses',
  'openai/src/responses': 'openai-responses',
  'xai/src/responses': 'openai-responses',
  'anthropic/src': 'anthropic-messages',
  'google/src': 'gemini-generate',
  'google-vertex/src': 'gemini-generate',
};

/** Hand-made: its deltas say another text than its end, so that nobody can say what is right. */
const contradictory = ['openai-shell-container.1.chunks.txt'];

export function readVercel(wire: string): Exchange[] {
  const exchanges: Exchange[] = [];
  for (const [name, content] of readTar(join(wire, 'exchanges/vercel-ai-fixtures.tar.gz'))) {
    const [, folder, file] = /packages\/(.+)\/__fixtures__\/([^/]+)$/.exec(name) ?? [];
    const dialect = folders[folder ?? ''];
    if (dialect === undefined || file === undefined || contradictory.includes(file)) continue;
    const isStream = file.endsWith('.chunks.txt') || file.endsWith('.sse');
    const payloads = content.split('\n').filter((line) => line.trim() !== '');
    const first = isStream && !file.endsWith('.sse') ? payloads[0] : content;
    if (!file.endsWith('.sse') && !speaks(dialect, first ?? '', isStream)) continue;
    const reply = !isStream || file.endsWith('.sse') ? content : toStream(dialect, payloads);
    const id = `${folder?.replace('/src', '')}/${file}`;
    exchanges.push({ id, source: 'vercel', dialect, request: undefined, url: '', status: 200, isStream, reply });
  }
  return exchanges;
}

/** Some folders also hold lists of models, images and other things. */
function speaks(dialect: Dialect, content: string, isStream: boolean): boolean {
  let body: unknown;
  try {
    body = JSON.parse(content);
  } catch {
    return false;
  }
  switch (dialect) {
    case 'openai-chat':
      return Array.isArray(at(body, 'choices'));
    case 'openai-responses':
      return isStream ? /^(response\.|error)/.test(text(at(body, 'type'))) : at(body, 'object') === 'response';
    case 'anthropic-messages':
      return isStream ? text(at(body, 'type')) !== '' : at(body, 'type') === 'message';
    case 'gemini-generate':
      return list(at(body, 'candidates')).length > 0 || at(body, 'promptFeedback') !== undefined;
  }
}

/** The payloads as their upstream sends them: with names where the dialect has them, with its own last event. */
function toStream(dialect: Dialect, payloads: readonly string[]): string {
  const ends = /^(message_stop|response\.(completed|incomplete|failed))$/;
  const end = payloads.findIndex((payload) => ends.test(nameOf(payload)));
  // Some files hold the answers of several steps, one after the other: the first is a stream.
  const first = end < 0 ? payloads : payloads.slice(0, end + 1);
  const events = first.map((payload) => {
    const named = dialect === 'anthropic-messages' || dialect === 'openai-responses';
    const name = named ? `event: ${nameOf(payload)}\n` : '';
    return `${name}data: ${payload}\n\n`;
  });
  if (dialect === 'openai-chat' && payloads.at(-1) !== '[DONE]') events.push('data: [DONE]\n\n');
  return events.join('');
}

function nameOf(payload: string): string {
  try {
    return text(at(JSON.parse(payload), 'type'));
  } catch {
    return 'unknown';
  }
}
