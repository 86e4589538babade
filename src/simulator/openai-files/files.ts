// /v1/files and /v1/batches: kept in memory, as many as a demonstration needs, and forgotten with it.
import type { Call } from '../answer-call.ts';
import type { Asked } from '../asked.ts';
import { findModel } from '../find-model.ts';
import { readForm } from '../form.ts';
import { withLength } from '../heads.ts';
import { randomLetters } from '../identity.ts';
import { isRecord, type JsonRecord } from '../json-value.ts';
import { chatDialect } from '../openai-chat/chat.ts';
import { invalidRequest } from '../openai-chat/errors.ts';
import { jsonType, writeHeaders } from '../openai-chat/heads.ts';
import { parseJson } from '../parse-json.ts';
import { sumTokens } from '../prompt.ts';
import { writeReply } from '../script.ts';
import { sendRefusal } from '../send-refusal.ts';
import type { State } from '../state.ts';
import type { Refusal } from '../trouble.ts';
import { beginTurn } from '../turn.ts';

type StoredFile = { readonly id: string; readonly bytes: Buffer; readonly shown: JsonRecord };
type StoredBatch = { readonly id: string; shown: JsonRecord };
type Shelf = { readonly files: Map<string, StoredFile>; readonly batches: Map<string, StoredBatch> };

const shelves = new WeakMap<State, Shelf>();
const keptMax = 256;
const bytesMax = 64 * 1024 * 1024;
const { refuse } = chatDialect;

export function isFilesPath(path: string): boolean {
  return /^\/v1\/(files|batches)(\/|$)/.test(path);
}

export async function answerFiles(call: Call, asked: Asked): Promise<void> {
  const shelf = shelves.get(call.state) ?? { files: new Map(), batches: new Map() };
  shelves.set(call.state, shelf);
  const reply = call.hasKey ? answerOf(shelf, call, asked) : refuse({ kind: 'key-missing' });
  if (Buffer.isBuffer(reply)) {
    call.response.writeHead(200, withLength(writeHeaders('application/octet-stream'), reply));
    return void call.response.end(reply);
  }
  if ('status' in reply && 'body' in reply) return sendRefusal(call.response, chatDialect, reply as Refusal);
  const text = JSON.stringify(reply, null, 2);
  call.response.writeHead(200, withLength(writeHeaders(jsonType), text));
  call.response.end(text);
}

function answerOf(shelf: Shelf, call: Call, { method, path, headers }: Asked): Buffer | JsonRecord | Refusal {
  const [, , kind = '', id = '', below = ''] = path.split('/');
  const act = `${method} ${kind}${id === '' ? '' : '/id'}${below === '' ? '' : `/${below}`}`;
  switch (act) {
    case 'POST files':
      return upload(shelf, call.bytes, headers['content-type']);
    case 'GET files':
      return listOf([...shelf.files.values()].map(({ shown }) => shown));
    case 'GET files/id':
      return shelf.files.get(id)?.shown ?? unknown(id);
    case 'GET files/id/content':
      return shelf.files.get(id)?.bytes ?? unknown(id);
    case 'DELETE files/id':
      return shelf.files.delete(id) ? { id, object: 'file', deleted: true } : unknown(id);
    case 'POST batches':
      return begin(shelf, parseJson(call.bytes.toString('utf8')));
    case 'GET batches':
      return listOf([...shelf.batches.values()].map(({ shown }) => shown));
    case 'GET batches/id':
      return goOn(shelf, id);
    case 'POST batches/id/cancel':
      return cancel(shelf, id);
    default:
      return refuse({ kind: 'url-unknown', method, path });
  }
}

function unknown(id: string): Refusal {
  return { ...invalidRequest(`No such object: ${id}`, 'id'), status: 404 };
}

function listOf(data: readonly JsonRecord[]): JsonRecord {
  return { object: 'list', data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

function upload(shelf: Shelf, bytes: Buffer, contentType: string | undefined): JsonRecord | Refusal {
  const form = readForm(bytes, contentType);
  const file = form?.files.find(({ field }) => field === 'file');
  const purpose = form?.fields.get('purpose');
  if (!file) return invalidRequest("Missing required parameter: 'file'.", 'file');
  if (!purpose) return invalidRequest("Missing required parameter: 'purpose'.", 'purpose');
  return keep(shelf, file.bytes, { filename: file.filename, purpose }).shown;
}

function keep(shelf: Shelf, bytes: Buffer, about: { readonly filename: string; readonly purpose: string }): StoredFile {
  const id = `file-${randomLetters(22)}`;
  const created = Math.floor(Date.now() / 1000);
  const shown = { id, object: 'file', bytes: bytes.length, created_at: created, ...about, status: 'processed' };
  const [oldest] = shelf.files.keys();
  const total = [...shelf.files.values()].reduce((sum, file) => sum + file.bytes.length, 0);
  if (oldest !== undefined && (shelf.files.size >= keptMax || total > bytesMax)) shelf.files.delete(oldest);
  const file = { id, bytes, shown };
  shelf.files.set(id, file);
  return file;
}

function begin(shelf: Shelf, asked: unknown): JsonRecord | Refusal {
  if (!isRecord(asked)) return invalidRequest('We could not parse the JSON body of your request.');
  const { input_file_id: input, endpoint, completion_window: window } = asked;
  if (typeof input !== 'string' || !shelf.files.has(input)) return unknown(String(input));
  if (endpoint !== '/v1/chat/completions') return invalidRequest(`Invalid value: '${endpoint}'.`, 'endpoint');
  if (window !== '24h') return invalidRequest("Invalid 'completion_window'.", 'completion_window');
  const id = `batch_${randomLetters(24)}`;
  const created = Math.floor(Date.now() / 1000);
  const common = { id, object: 'batch', endpoint, errors: null, input_file_id: input, completion_window: window };
  const shown = { ...common, status: 'validating', output_file_id: null, error_file_id: null, created_at: created };
  const [oldest] = shelf.batches.keys();
  if (oldest !== undefined && shelf.batches.size >= keptMax) shelf.batches.delete(oldest);
  shelf.batches.set(id, { id, shown });
  return shown;
}

/** Each look finds it a step further: validating, in progress, completed. */
function goOn(shelf: Shelf, id: string): JsonRecord | Refusal {
  const batch = shelf.batches.get(id);
  if (!batch) return unknown(id);
  const { status, input_file_id: input } = batch.shown;
  const seen = batch.shown;
  if (status === 'validating') batch.shown = { ...seen, status: 'in_progress' };
  else if (status === 'in_progress') {
    const lines = shelf.files
      .get(String(input))
      ?.bytes.toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
    const made = (lines ?? []).map(answerLine).join('\n');
    const { id: output } = keep(shelf, Buffer.from(`${made}\n`), {
      filename: `${id}_output.jsonl`,
      purpose: 'batch_output',
    });
    const total = lines?.length ?? 0;
    const counts = { total, completed: total, failed: 0 };
    batch.shown = { ...seen, status: 'completed', output_file_id: output, request_counts: counts };
  }
  return batch.shown;
}

function cancel(shelf: Shelf, id: string): JsonRecord | Refusal {
  const batch = shelf.batches.get(id);
  if (!batch) return unknown(id);
  if (batch.shown.status !== 'completed') batch.shown = { ...batch.shown, status: 'cancelled' };
  return batch.shown;
}

/** One line of a batch, answered as the chat would. */
function answerLine(line: string): string {
  const asked = parseJson(line);
  const { custom_id: custom, body } = isRecord(asked) ? asked : {};
  const id = `batch_req_${randomLetters(24)}`;
  const prompt = chatDialect.readRequest(Buffer.from(JSON.stringify(body ?? {})));
  const model = 'status' in prompt ? undefined : findModel(prompt.model);
  if ('status' in prompt || model === undefined) {
    const status = 'status' in prompt ? prompt.status : 404;
    return JSON.stringify({ id, custom_id: custom, response: { status_code: status, body: {} }, error: null });
  }
  const turn = beginTurn({
    prompt,
    replies: [writeReply(model, prompt)],
    input: sumTokens(prompt.messages),
    cache: { cached: 0, written: 0 },
    createdMs: Date.now(),
  });
  const answer = parseJson(chatDialect.writeAnswer(turn));
  return JSON.stringify({ id, custom_id: custom, response: { status_code: 200, body: answer }, error: null });
}
