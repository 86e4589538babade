import { fieldOf, numberOf, parseForeignObject } from '../json-value.ts';
import type { TokenCount } from '../token-count.ts';

export const geminiCount: TokenCount = {
  upstreamPath: (model) => `/models/${model.split('/').map(encodeURIComponent).join('/')}:countTokens`,
  read: (reply) => numberOf(fieldOf(parseForeignObject(reply), 'totalTokens')),
  encode: (tokens) => ({ totalTokens: tokens }),
};
