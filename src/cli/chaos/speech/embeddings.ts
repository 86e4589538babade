import { readOpenAiError } from './chat.ts';
import type { Speech } from './speech.ts';
import { nothingTold, parse } from './told.ts';

/** A vector says as many words as it has been asked for: one. */
export const embeddings: Speech = {
  name: 'embeddings',
  readWhole(body) {
    const reply = parse(body.toString().replace(/^\ufeff/, ''));
    if (!reply) return { ...nothingTold, broken: ['a body that is no JSON'] };
    const [first] = reply.data ?? [];
    const odd = reply.object === 'list' && reply.data?.length === 1 && first?.index === 0 ? [] : ['no list of one'];
    const tokens = reply.usage?.prompt_tokens;
    return {
      ...nothingTold,
      text: Array.isArray(first?.embedding) && first.embedding.every(Number.isFinite) ? 'vector' : '',
      finish: 'stop',
      usage: typeof tokens === 'number' ? { input: tokens, output: 0 } : undefined,
      odd,
    };
  },
  readStream: () => ({ ...nothingTold, broken: ['nobody streams vectors'] }),
  readError: readOpenAiError,
};
