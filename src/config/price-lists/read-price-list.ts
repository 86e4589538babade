import { Buffer } from 'node:buffer';
import { parseForeignObject } from '#core/protocol/json-value.ts';
import type { PriceList } from './listed-price.ts';
import { readLiteLlmList } from './litellm-list.ts';
import { readOpenRouterList } from './openrouter-list.ts';

/** A list of prices from somebody else's file, by its shape; undefined where it is neither of those that we know. */
export function readPriceList(text: string): PriceList | undefined {
  const list = parseForeignObject(Buffer.from(text));
  if (typeof list !== 'object' || list === null || Array.isArray(list)) return undefined;
  if ('data' in list && Array.isArray(list.data)) return readOpenRouterList(list.data);
  const entries = Object.values(list);
  const isLiteLlm = entries.some((entry) => typeof entry === 'object' && entry !== null && 'litellm_provider' in entry);
  return isLiteLlm ? readLiteLlmList(Object.fromEntries(Object.entries(list))) : undefined;
}
