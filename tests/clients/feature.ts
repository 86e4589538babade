import assert from 'node:assert/strict';
import type OpenAI from 'openai';
import type { ClientOptions } from 'openai';
import type { Fairlead } from './fairlead.ts';
import type { Sdk } from './sdk.ts';

/** What a feature plays in: one major of the package, and the servers that it may talk to. */
export type Scene = {
  readonly sdk: Sdk;
  /** As a stranger starts it: no configuration. */
  readonly server: Fairlead;
  /** With short deadlines, and an upstream `closed` where nobody listens. */
  readonly hasty: Fairlead;
};

/** One row of the table: what a program does, and what it may count on. */
export type Feature = { readonly name: string; readonly run: (scene: Scene) => Promise<void> };

export function clientOf({ sdk, server }: Pick<Scene, 'sdk' | 'server'>, options: ClientOptions = {}): OpenAI {
  return new sdk.OpenAI({ baseURL: server.baseUrl, apiKey: server.key, ...options });
}

/** A client that retries as it does by default, and how many requests it really made. */
export function countedClient(scene: Pick<Scene, 'sdk' | 'server'>, options: ClientOptions = {}) {
  const count = { requests: 0 };
  const counting: typeof fetch = (input, init) => {
    count.requests += 1;
    return fetch(input, init);
  };
  return { client: clientOf(scene, { fetch: counting, ...options }), count };
}

export type ErrorClass =
  | 'APIConnectionError'
  | 'APIConnectionTimeoutError'
  | 'APIError'
  | 'APIUserAbortError'
  | 'AuthenticationError'
  | 'BadRequestError'
  | 'ConflictError'
  | 'InternalServerError'
  | 'NotFoundError'
  | 'PermissionDeniedError'
  | 'RateLimitError'
  | 'UnprocessableEntityError';

export type Expected = {
  readonly is: ErrorClass;
  readonly status?: number;
  readonly code?: string;
};

/** The error that a call ends with: of exactly this class, and readable as the package promises. */
export async function failure({ sdk }: Scene, call: () => Promise<unknown>, expected: Expected) {
  const error = await call().then(
    () => assert.fail(`expected ${expected.is}, but it succeeded`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof assert.AssertionError) throw error;
  assert.ok(error instanceof sdk.OpenAI.APIError, `not an APIError: ${String(error)}`);
  assert.equal(error.constructor.name, sdk.OpenAI[expected.is].name, error.message);
  assert.ok(error instanceof sdk.OpenAI[expected.is]);
  assert.equal(error.status, expected.status);
  if (expected.code !== undefined) assert.equal(error.code, expected.code);
  if (expected.status !== undefined) {
    assert.match(String(error.requestID), generationId);
    assert.equal(error.requestID, error.headers?.get('x-generation-id'));
    assert.equal(typeof error.type, 'string');
  }
  return error;
}

export const generationId = /^gen-[0-9A-Za-z]{26}$/;

export function say(text: string): { role: 'user'; content: string }[] {
  return [{ role: 'user', content: text }];
}

/** Everything that a stream says, and its chunks. Events of other kinds reach a program, as they would from the upstream. */
export async function readAll(stream: AsyncIterable<OpenAI.ChatCompletionChunk>) {
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of stream) if (chunk.object === 'chat.completion.chunk') chunks.push(chunk);
  return { chunks, text: textOf(chunks) };
}

export function textOf(chunks: readonly OpenAI.ChatCompletionChunk[]): string {
  return chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
}

/** What JSON holds, as far as a test asks it. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
