import { generationId } from '../feature.ts';
import type { Sdk } from '../sdk.ts';

/** Of the class that the package promises for it, with the id of the request. */
export function isOpenAIRefusal(sdk: Sdk, error: unknown, status: 401 | 404): boolean {
  const expected = status === 401 ? sdk.OpenAI.AuthenticationError : sdk.OpenAI.NotFoundError;
  return error instanceof expected && error.status === status && generationId.test(String(error.requestID));
}
