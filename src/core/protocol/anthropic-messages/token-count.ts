import { fieldOf, numberOf, parseForeignObject } from '../json-value.ts';
import type { TokenCount } from '../token-count.ts';

export const anthropicCount: TokenCount = {
  upstreamPath: () => '/messages/count_tokens',
  read: (reply) => numberOf(fieldOf(parseForeignObject(reply), 'input_tokens')),
  encode: (tokens) => ({ input_tokens: tokens }),
};
