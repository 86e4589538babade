/** An answer other than 200, ready to be sent. */
export type Refusal = {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

type ErrorFields = {
  readonly message: string;
  readonly type: string;
  readonly param?: string | null;
  readonly code?: string | number | null;
};

/** OpenAI's error body, indented by two as it comes over the wire. */
export function writeError({ message, type, param = null, code = null }: ErrorFields): string {
  return `${JSON.stringify({ error: { message, type, param, code } }, null, 2)}\n`;
}

export function invalidRequest(message: string, param: string | null = null, code: string | null = null): Refusal {
  return { status: 400, body: writeError({ message, type: 'invalid_request_error', param, code }) };
}

export function missingKey(): Refusal {
  const message =
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).";
  return { status: 401, body: writeError({ message, type: 'invalid_request_error' }) };
}

export function unknownModel(model: string): Refusal {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`;
  return { status: 404, body: writeError({ message, type: 'invalid_request_error', code: 'model_not_found' }) };
}

export function unknownUrl(method: string, path: string): Refusal {
  const message = `Invalid URL (${method} ${path})`;
  return { status: 404, body: writeError({ message, type: 'invalid_request_error' }) };
}

export function wrongMethod(method: string): Refusal {
  const message = `Not allowed to ${method} on this URL.`;
  return { status: 405, body: writeError({ message, type: 'invalid_request_error', code: 'method_not_supported' }) };
}

export function bodyTooLarge(bytesMax: number): Refusal {
  const message = `Maximum content size limit (${bytesMax}) exceeded.`;
  return { status: 413, body: writeError({ message, type: 'invalid_request_error' }) };
}

export function contextTooLong(context: number, input: number): Refusal {
  const message = `This model's maximum context length is ${context} tokens. However, your messages resulted in ${input} tokens. Please reduce the length of the messages.`;
  return invalidRequest(message, 'messages', 'context_length_exceeded');
}

export function serverError(): Refusal {
  const message = 'The server had an error while processing your request. Sorry about that!';
  return { status: 500, body: writeError({ message, type: 'server_error' }) };
}
