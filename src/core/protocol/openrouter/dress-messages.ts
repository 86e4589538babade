import { isObject } from '../json-value.ts';
import { billedUsage } from './billed-usage.ts';
import type { DressPattern } from './reply-dress.ts';

/** Anthropic's whole messages and events: `message_start` names the model, `message_delta` has the last usage. */
export const dressMessages: DressPattern = {
  dress(value, { model, provider }) {
    if (isObject(value.message)) return { ...value, message: { ...value.message, model, provider } };
    return value.type === 'message' ? { ...value, model, provider } : value;
  },
  bill(value, bill) {
    return isObject(value.usage) ? { ...value, usage: billedUsage(value.usage, bill) } : undefined;
  },
};
