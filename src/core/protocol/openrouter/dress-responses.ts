import { isObject, type JsonObject } from '../json-value.ts';
import type { Answerer, Bill } from '../reply-form.ts';
import { billedUsage, responsesParts } from './billed-usage.ts';
import type { DressPattern } from './reply-dress.ts';

/** Events that carry a response, and whole responses. */
export const dressResponses: DressPattern = {
  dress(value, by) {
    if (isObject(value.response)) return { ...value, response: dressResponse(value.response, by) };
    return value.object === 'response' ? dressResponse(value, by) : value;
  },
  bill(value, bill) {
    const { response } = value;
    if (!isObject(response)) return billResponse(value, bill);
    const billed = billResponse(response, bill);
    return billed && { ...value, response: billed };
  },
};

function dressResponse(response: JsonObject, { model, provider }: Answerer): JsonObject {
  return { ...response, model, provider };
}

function billResponse(response: JsonObject, bill: Bill): JsonObject | undefined {
  return isObject(response.usage)
    ? { ...response, usage: billedUsage(response.usage, bill, responsesParts) }
    : undefined;
}
