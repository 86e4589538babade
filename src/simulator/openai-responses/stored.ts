import type { Call } from '../answer-call.ts';
import { answerCount } from '../answer-count.ts';
import type { Asked } from '../asked.ts';
import { withLength } from '../heads.ts';
import type { JsonRecord } from '../json-value.ts';
import { invalidRequest } from '../openai-chat/errors.ts';
import { jsonType, writeHeaders } from '../openai-chat/heads.ts';
import { type Prompt, sumTokens } from '../prompt.ts';
import { sendRefusal } from '../send-refusal.ts';
import type { Refusal } from '../trouble.ts';
import { outOfRange, type Range, unknownResponse, wrongValue } from './refusals.ts';
import { responsesRefusals, speakResponses } from './responses.ts';
import { type Store, type StoredResponse, storeOf } from './store.ts';

const countPath = '/v1/responses/input_tokens';
const { refuse } = responsesRefusals;

/** Whether a path lies below /v1/responses: what was kept, and what is only counted. */
export function isStoredPath(path: string): boolean {
  return path.startsWith('/v1/responses/');
}

/** GET and DELETE /v1/responses/{id}, …/input_items, …/cancel, and POST /v1/responses/input_tokens. */
export async function answerStored(call: Call, asked: Asked): Promise<void> {
  if (asked.path === countPath && asked.method === 'POST')
    return answerCount(speakResponses(call.state), call, writeCount);
  const reply = call.hasKey ? findReply(storeOf(call.state), asked) : refuse({ kind: 'key-missing' });
  if (typeof reply !== 'string') return sendRefusal(call.response, responsesRefusals, reply);
  call.response.writeHead(200, withLength(writeHeaders(jsonType), reply));
  call.response.end(reply);
}

function findReply(store: Store, { method, path, query }: Asked): string | Refusal {
  const [id = '', action, ...more] = path.slice('/v1/responses/'.length).split('/');
  const unknown = refuse({ kind: 'url-unknown', method, path });
  if (id === '' || more.length > 0) return unknown;
  const act = acts[action === undefined ? method : `${method} ${action}`];
  if (act === undefined) return unknown;
  const stored = store.find(id);
  return stored === undefined ? unknownResponse(id) : act({ store, stored, query });
}

type Act = (on: {
  readonly store: Store;
  readonly stored: StoredResponse;
  readonly query: URLSearchParams;
}) => string | Refusal;

const acts: Readonly<Record<string, Act>> = {
  GET: ({ stored }) => show(stored),
  DELETE: ({ store, stored }) => drop(store, stored),
  'GET input_items': ({ stored, query }) => listInput(stored, query),
  'POST cancel': ({ store, stored }) => cancel(store, stored),
};

function show({ text, pending }: StoredResponse): string {
  return pending !== undefined && Date.now() < pending.doneMs ? pending.text : text;
}

function drop(store: Store, { id }: StoredResponse): string {
  store.drop(id);
  return JSON.stringify({ id, object: 'response', deleted: true });
}

/** Too late is no fault; asked for twice neither. */
function cancel(store: Store, stored: StoredResponse): string | Refusal {
  const { id, text, input, pending } = stored;
  if (pending === undefined) return invalidRequest('Cannot cancel a synchronous response.');
  if (Date.now() >= pending.doneMs) return text;
  store.keep({ id, text: pending.cancelledText, input, output: [], pending: { ...pending, doneMs: 0 } });
  return pending.cancelledText;
}

const listed: Range = { kind: 'integer', least: 1, most: 100 };

function listInput({ input }: StoredResponse, query: URLSearchParams): string | Refusal {
  const limit = Number(query.get('limit') ?? 20);
  if (!(limit >= listed.least && limit <= listed.most)) return outOfRange('limit', limit, listed);
  const order = query.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') return wrongValue('order', order, ['asc', 'desc']);
  const ordered: readonly JsonRecord[] = order === 'asc' ? input : input.toReversed();
  const after = ordered.findIndex((item) => item.id === query.get('after')) + 1;
  const data = ordered.slice(after, after + limit);
  return JSON.stringify({
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: after + limit < ordered.length,
  });
}

function writeCount(prompt: Prompt): string {
  return JSON.stringify({ object: 'response.input_tokens', input_tokens: sumTokens(prompt.messages) });
}
