import { fieldOf, numberOf, parseForeignObject } from '../json-value.ts';
import type { TokenCount } from '../token-count.ts';

export const responsesCount: TokenCount = {
  upstreamPath: () => '/responses/input_tokens',
  read: (reply) => numberOf(fieldOf(parseForeignObject(reply), 'input_tokens')),
  encode: (tokens) => ({ object: 'response.input_tokens', input_tokens: tokens }),
};
