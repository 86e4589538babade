// The only way from the dashboard to the server, but for what early.ts asks ahead.
import { type Answered, headersOf, readAnswer, takeEarly, workspaceChoice } from './early.ts';

/** Why an answer did not come, with what to tell whoever asks for help. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  /** 0: no answer at all. */
  readonly status: number;
  readonly code: string;
  readonly path: string;
  /** A word where the server has one more, such as `proof-needed`. */
  readonly reason: string | undefined;
  /** What this answer is called in the server's log. */
  readonly request: string | undefined;

  constructor(
    message: string,
    facts: {
      readonly status: number;
      readonly code: string;
      readonly path: string;
      readonly reason?: string;
      readonly request?: string;
    },
  ) {
    super(message);
    this.status = facts.status;
    this.code = facts.code;
    this.path = facts.path;
    this.reason = facts.reason;
    this.request = facts.request;
  }
}

type Ask = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
};

const answerMs = 30_000;

/** What stands in the answer, which is JSON; a fault otherwise. */
export async function ask<Answer>(path: string, { method = 'GET', body, signal }: Ask = {}): Promise<Answer> {
  let answered: Answered;
  try {
    answered = await ((method === 'GET' && takeEarly(path)) || send(path, { method, body, ...(signal && { signal }) }));
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    throw new ApiFault('', { status: 0, code: 'no_answer', path });
  }
  const { ok, status, value } = answered;
  if (ok) return value as Answer;
  throw faultOf(value, { status, path });
}

async function send(path: string, { method, body, signal }: Ask): Promise<Answered> {
  const late = AbortSignal.timeout(answerMs);
  const response = await fetch(path, {
    ...(method && { method }),
    credentials: 'same-origin',
    signal: signal ? AbortSignal.any([signal, late]) : late,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headersOf(workspaceChoice.get()),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return await readAnswer(response);
}

/** A file that only who is signed in may have, handed to the browser under its name. */
export async function download(path: string, name: string, withinMs = answerMs): Promise<void> {
  const headers = headersOf(workspaceChoice.get());
  const response = await fetch(path, { credentials: 'same-origin', headers, signal: AbortSignal.timeout(withinMs) });
  if (!response.ok) throw faultOf(await response.json().catch(() => undefined), { status: response.status, path });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Most answers have their value in `data`. */
export async function askData<Answer>(path: string, options: Ask = {}): Promise<Answer> {
  return (await ask<{ readonly data: Answer }>(path, options)).data;
}

function faultOf(value: unknown, { status, path }: { readonly status: number; readonly path: string }): ApiFault {
  const outer = fieldsOf(value);
  const inner = 'error' in outer ? fieldsOf(outer.error) : outer;
  const message = typeof inner.message === 'string' ? inner.message : '';
  const { reason, request_id: request } = inner;
  return new ApiFault(message, {
    status,
    path,
    code: String(inner.code ?? status),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof request === 'string' ? { request } : {}),
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
