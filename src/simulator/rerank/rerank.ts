// POST /v1/rerank, as Jina answers it: documents come back, and tokens are counted.
import { answerCall, type Call } from '../answer-call.ts';
import { isRecord } from '../json-value.ts';
import { invalidRequest } from '../openai-chat/errors.ts';
import { parseJson } from '../parse-json.ts';
import type { Prompt } from '../prompt.ts';
import type { Refusal } from '../trouble.ts';
import type { Turn } from '../turn.ts';
import { usageField, wholeDialect, wordlessPrompt } from '../whole-dialect.ts';
import { countWords } from '../words.ts';

type RerankPrompt = Prompt & {
  readonly query: string;
  readonly documents: readonly string[];
  readonly first: number;
  readonly returnsDocuments: boolean;
};

export const rerankDialect = wholeDialect<RerankPrompt>({ protocol: 'rerank', readRequest, writeAnswer });

export function answerRerank(call: Call): Promise<void> {
  return answerCall(rerankDialect, call);
}

function readRequest(bytes: Buffer): RerankPrompt | Refusal {
  const asked = parseJson(bytes.toString('utf8'));
  if (!isRecord(asked)) return invalidRequest('We could not parse the JSON body of your request.');
  const { model, query, documents: given, top_n: first, return_documents: returnsDocuments = true } = asked;
  if (typeof model !== 'string' || model === '') return invalidRequest("Missing required parameter: 'model'.", 'model');
  if (typeof query !== 'string') return invalidRequest("'query' is not a string.", 'query');
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  const documents = list.map(textOf).filter((text) => text !== undefined);
  if (documents.length === 0 || documents.length < list.length) {
    return invalidRequest("'documents' is not a list of texts.", 'documents');
  }
  if (first !== undefined && first !== null && !(Number.isInteger(first) && Number(first) >= 1)) {
    return invalidRequest("'top_n' is not a whole number from 1 on.", 'top_n');
  }
  const asking = countWords(query);
  // The query is read, and billed, once for each document.
  const messages = [
    { role: 'user', text: query, tokens: 0 },
    ...documents.map((text) => ({ role: 'user', text, tokens: asking + countWords(text) })),
  ];
  return {
    ...wordlessPrompt(model, messages),
    query,
    documents,
    first: typeof first === 'number' ? first : documents.length,
    returnsDocuments: returnsDocuments !== false,
  };
}

function textOf(document: unknown): string | undefined {
  const text = isRecord(document) ? document.text : document;
  return typeof text === 'string' ? text : undefined;
}

function writeAnswer(turn: Turn<RerankPrompt>): string {
  const { model, query, documents, first, returnsDocuments } = turn.prompt;
  const asked = new Set(wordsOf(query));
  const ranked = documents
    .map((text, index) => ({ index, relevance_score: scoreOf(asked, text), text }))
    .sort((a, b) => b.relevance_score - a.relevance_score || a.index - b.index)
    .slice(0, turn.replies.length === 0 ? 0 : first)
    .map(({ text, ...result }) => (returnsDocuments ? { ...result, document: { text } } : result));
  const usage = usageField(turn, ({ total }) => `{"total_tokens":${total}}`);
  return `{"id":"rerank-${turn.letters}","model":${JSON.stringify(model)},"results":${JSON.stringify(ranked)}${usage}}\n`;
}

/** Which part of the asked words a text has. */
function scoreOf(asked: ReadonlySet<string>, text: string): number {
  const words = new Set(wordsOf(text));
  const shared = [...asked].filter((word) => words.has(word)).length;
  return asked.size === 0 ? 0 : shared / asked.size;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
