// POST /v1/embeddings.
import { answerCall, type Call } from '../answer-call.ts';
import { isRecord } from '../json-value.ts';
import { invalidRequest } from '../openai-chat/errors.ts';
import { parseJson } from '../parse-json.ts';
import type { Prompt } from '../prompt.ts';
import type { Refusal } from '../trouble.ts';
import type { Turn } from '../turn.ts';
import { readInputs, usageField, wholeDialect, wordlessPrompt } from '../whole-dialect.ts';
import { toVector } from './vector.ts';

type EmbeddingsPrompt = Prompt & { readonly dimensions: number; readonly isBase64: boolean };

const dimensionsDefault = 16;
const dimensionsMax = 4096;
const inputsMax = 2048;

export const embeddingsDialect = wholeDialect<EmbeddingsPrompt>({
  protocol: 'openai-embeddings',
  readRequest,
  writeAnswer,
});

export function answerEmbeddings(call: Call): Promise<void> {
  return answerCall(embeddingsDialect, call);
}

function readRequest(bytes: Buffer): EmbeddingsPrompt | Refusal {
  const asked = parseJson(bytes.toString('utf8'));
  if (!isRecord(asked)) return invalidRequest('We could not parse the JSON body of your request.');
  const { model, input, dimensions = dimensionsDefault, encoding_format: format = 'float' } = asked;
  if (typeof model !== 'string' || model === '') return invalidRequest('you must provide a model parameter');
  const inputs = readInputs(input);
  if (inputs === undefined) return invalidRequest("'$.input' is invalid. Please check the API reference.");
  if (inputs.length > inputsMax) return invalidRequest(`'input' has more than ${inputsMax} items.`, 'input');
  if (!Number.isInteger(dimensions) || Number(dimensions) < 1 || Number(dimensions) > dimensionsMax) {
    return invalidRequest(`'dimensions' is not a number from 1 to ${dimensionsMax}.`, 'dimensions');
  }
  if (format !== 'float' && format !== 'base64') {
    return invalidRequest("'encoding_format' is neither 'float' nor 'base64'.", 'encoding_format');
  }
  return { ...wordlessPrompt(model, inputs), dimensions: Number(dimensions), isBase64: format === 'base64' };
}

function writeAnswer(turn: Turn<EmbeddingsPrompt>): string {
  const { model, messages, dimensions, isBase64 } = turn.prompt;
  const data = (turn.replies.length === 0 ? [] : messages).map(({ text }, index) => {
    const vector = toVector(text, dimensions);
    const embedding = isBase64 ? Buffer.from(vector.buffer).toString('base64') : [...vector];
    return JSON.stringify({ object: 'embedding', index, embedding });
  });
  const usage = usageField(turn, ({ input, total }) => `{"prompt_tokens":${input},"total_tokens":${total}}`);
  return `{"object":"list","data":[${data.join(',')}],"model":${JSON.stringify(model)}${usage}}\n`;
}
