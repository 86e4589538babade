import type { FaultTrouble, Refusal, Trouble } from '../trouble.ts';

/** An exception as AWS tells it: its name in the head or in the frame, its words in the JSON. */
export type Exception = { readonly status: number; readonly name: string; readonly message: string };

export function refuse(trouble: Trouble): Refusal {
  return toRefusal(exceptionOf(trouble), trouble.kind === 'fault' ? trouble.headers : undefined);
}

/** A 400 in Bedrock's words. */
export function invalid(message: string): Refusal {
  return toRefusal({ status: 400, name: validation, message });
}

const validation = 'ValidationException';

function toRefusal({ status, name, message }: Exception, more: Refusal['headers'] = {}): Refusal {
  return { status, body: JSON.stringify({ message }), headers: { 'x-amzn-errortype': name, ...more } };
}

export function exceptionOf(trouble: Trouble): Exception {
  switch (trouble.kind) {
    case 'key-missing':
      return { status: 403, name: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' };
    case 'url-unknown':
    case 'method-wrong':
      return { status: 404, name: 'UnknownOperationException', message: 'The requested operation is not known.' };
    case 'body-too-large':
      return { status: 413, name: validation, message: 'Request size exceeds the maximum.' };
    case 'model-unknown':
      return { status: 400, name: validation, message: 'The provided model identifier is invalid.' };
    case 'context-too-long': {
      const message = `The model returned the following errors: prompt is too long: ${trouble.input} tokens > ${trouble.context} maximum`;
      return { status: 400, name: validation, message };
    }
    case 'server-error':
      return { status: 500, name: 'InternalServerException', message: 'The system encountered an unexpected error.' };
    case 'fault':
      return { status: trouble.status, name: nameOf(trouble), message: trouble.message };
  }
}

const nameByStatus: Readonly<Record<number, string>> = {
  401: 'UnrecognizedClientException',
  402: 'ServiceQuotaExceededException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  409: 'ConflictException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
};

function nameOf({ status }: FaultTrouble): string {
  return nameByStatus[status] ?? (status < 500 ? validation : 'InternalServerException');
}
