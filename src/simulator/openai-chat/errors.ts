import type { FaultTrouble, Refusal, Trouble } from '../trouble.ts';

type ErrorFields = {
  readonly message: string;
  readonly type: string;
  readonly param?: string | null;
  readonly code?: string | number | null;
};

const invalid = 'invalid_request_error';

export function refuse(trouble: Trouble): Refusal {
  const body = writeError(writeErrorFields(trouble));
  const headers = trouble.kind === 'fault' ? trouble.headers : undefined;
  return { status: statusOf(trouble), body, ...(headers === undefined ? {} : { headers }) };
}

export function invalidRequest(message: string, param: string | null = null, code: string | null = null): Refusal {
  return { status: 400, body: writeError({ message, type: invalid, param, code }) };
}

/** OpenAI's error body, indented by two as it comes over the wire. */
function writeError({ message, type, param = null, code = null }: ErrorFields): string {
  return `${JSON.stringify({ error: { message, type, param, code } }, null, 2)}\n`;
}

function statusOf(trouble: Trouble): number {
  switch (trouble.kind) {
    case 'key-missing':
      return 401;
    case 'url-unknown':
    case 'model-unknown':
      return 404;
    case 'method-wrong':
      return 405;
    case 'body-too-large':
      return 413;
    case 'context-too-long':
      return 400;
    case 'server-error':
      return 500;
    case 'fault':
      return trouble.status;
  }
}

export function writeErrorFields(trouble: Trouble): ErrorFields {
  const fields = (message: string, code: string | null = null, param: string | null = null) => {
    return { message, type: invalid, param, code };
  };
  switch (trouble.kind) {
    case 'key-missing':
      return fields(
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
      );
    case 'url-unknown':
      return fields(`Invalid URL (${trouble.method} ${trouble.path})`);
    case 'method-wrong':
      return fields(`Not allowed to ${trouble.method} on this URL.`, 'method_not_supported');
    case 'body-too-large':
      return fields(`Maximum content size limit (${trouble.bytesMax}) exceeded.`);
    case 'model-unknown':
      return fields(
        `The model \`${trouble.model}\` does not exist or you do not have access to it.`,
        'model_not_found',
      );
    case 'context-too-long':
      return fields(
        `This model's maximum context length is ${trouble.context} tokens. However, your messages resulted in ${trouble.input} tokens. Please reduce the length of the messages.`,
        'context_length_exceeded',
        'messages',
      );
    case 'server-error':
      return {
        ...fields('The server had an error while processing your request. Sorry about that!'),
        type: 'server_error',
      };
    case 'fault':
      return faultFields(trouble);
  }
}

type FaultWords = { readonly type: string; readonly code: string | number | null };

// By status and form where there is one, else by status; what is not here is a `server_error`.
const faultWords: Readonly<Record<string, FaultWords>> = {
  400: { type: invalid, code: 'unsupported_parameter' },
  '400-prompt': { type: invalid, code: 'invalid_prompt' },
  401: { type: invalid, code: 'invalid_api_key' },
  402: { type: 'insufficient_balance', code: 'insufficient_balance' },
  403: { type: 'request_forbidden', code: 'unsupported_country_region_territory' },
  404: { type: invalid, code: 'model_not_found' },
  408: { type: 'timeout', code: 'request_timeout' },
  409: { type: invalid, code: 'conflict' },
  413: { type: invalid, code: null },
  422: { type: invalid, code: 'unprocessable_entity' },
  429: { type: 'requests', code: 'rate_limit_exceeded' },
  '429-quota': { type: 'insufficient_quota', code: 'insufficient_quota' },
  503: { type: 'service_unavailable', code: null },
  504: { type: 'server_error', code: 'timeout' },
  520: { type: 'server_error', code: 520 },
  529: { type: 'overloaded_error', code: null },
};

function faultFields({ status, form, message }: FaultTrouble): ErrorFields {
  const { type, code } = faultWords[`${status}-${form}`] ?? faultWords[status] ?? { type: 'server_error', code: null };
  return { message, type, param: null, code };
}
