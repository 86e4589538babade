import { join } from 'node:path';
import { at, isPlain, list, text } from '../oracle/plain.ts';
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

/** What no check can be made of, each with its reason. */
const unusable: Readonly<Record<string, string>> = {
  'openai-shell-container.1.chunks.txt': 'hand-made: its deltas say another text than its end',
  'parallel-tool-call-wrapper.1.chunks.txt': 'its first line is no JSON',
};
/** Other things that lie in the folders of our dialects. */
const otherThings = /transcription|embedding/;

export type VercelFixtures = {
  readonly exchanges: readonly Exchange[];
  /** Why → the files that are not read here. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>;
};

export function readVercel(wire: string): VercelFixtures {
  const exchanges: Exchange[] = [];
  const leftOut = new Map<string, string[]>();
  const leave = (why: string, file: string) => leftOut.set(why, [...(leftOut.get(why) ?? []), file]);
  for (const [name, content] of readTar(join(wire, 'exchanges/vercel-ai-fixtures.tar.gz'))) {
    const [, folder = '', file] = /packages\/(.+)\/__fixtures__\/([^/]+)$/.exec(name) ?? [];
    if (file === undefined || folder === 'amazon-bedrock/src') continue;
    const id = `${folder.replace('/src', '')}/${file}`;
    const spoken = folders[folder];
    if (spoken === undefined) {
      leave('no dialect of ours', id);
      continue;
    }
    const flaw = Object.hasOwn(unusable, file) ? unusable[file] : undefined;
    if (flaw !== undefined || otherThings.test(file)) {
      leave(flaw ?? 'transcriptions and embeddings', id);
      continue;
    }
    const dialect = isChat(content) ? 'openai-chat' : spoken;
    const isStream = file.endsWith('.chunks.txt') || file.endsWith('.sse');
    const payloads = content.split('\n').filter((line) => line.trim() !== '');
    const first = isStream && !file.endsWith('.sse') ? payloads[0] : content;
    const isRefusal = !isStream && refuses(content);
    if (!isRefusal && !file.endsWith('.sse') && !speaks(dialect, first ?? '', isStream)) {
      leave(unread, id);
      continue;
    }
    const reply = !isStream || file.endsWith('.sse') ? content : toStream(dialect, payloads);
    const status = isRefusal ? 400 : 200;
    exchanges.push({ id, source: 'vercel', dialect, request: undefined, url: '', status, isStream, reply });
  }
  return { exchanges, leftOut };
}

/** A file that this reader does not know: a failure of the tier. */
export const unread = 'not known to the reader';

/** One folder of another dialect has a chat, too. */
function isChat(content: string): boolean {
  return Array.isArray(at(parsed(content), 'choices'));
}

function refuses(content: string): boolean {
  const body = parsed(content);
  return isPlain(at(body, 'error')) && at(body, 'object') !== 'response';
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

/** Some folders also hold lists of models, images and other things. */
function speaks(dialect: Dialect, content: string, isStream: boolean): boolean {
  const body = parsed(content);
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
