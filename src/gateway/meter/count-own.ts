import type { Content } from '#core/generation/content.ts';
import type { Message, Tool } from '#core/generation/request.ts';
import { tokenizerOf } from '#core/generation/tokenizer.ts';
import type { RequestFacts } from '#core/protocol/protocol.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { Call } from '../call.ts';
import type { Ending, Generation } from '../generation.ts';
import type { TokenCounter } from './token-counter.ts';

/** Tokens by the model's own tokenizer: the input with what its chat template puts around the messages. */
export type CountedTokens = { readonly input: number; readonly output: number };

/** Around each message, and before the answer. https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken */
const perMessage = 3;
const perAnswer = 3;

type Asked = {
  readonly call: Pick<Call, 'protocol' | 'address'>;
  readonly body: Uint8Array;
  readonly facts: RequestFacts;
  readonly models: readonly string[];
};

/**
 * What an answer used whose upstream did not say it. Nothing, and no promise, where the upstream said it, which is the
 * rule, or where no tokenizer of the model's is at hand.
 */
export function countOwn(
  { call, facts }: Generation,
  body: Uint8Array,
  { endpoint, reported, reached, spoken }: Ending,
  counter: TokenCounter,
): Promise<CountedTokens | undefined> | undefined {
  if (reported || reached !== 'content' || !endpoint || !spoken || facts.media) return undefined;
  const texts = unlessThrown(spoken);
  return texts && count({ call, body, facts, models: namesOf(endpoint) }, texts, counter);
}

/** The tokens of a request alone. */
export async function countInput(asked: Asked, counter: TokenCounter): Promise<number | undefined> {
  return (await count(asked, [], counter))?.input;
}

/** An upstream may call the model by a name of its own, as Azure's deployments do. */
export function namesOf({ upstreamModel, model }: Pick<Endpoint, 'upstreamModel' | 'model'>): readonly string[] {
  return [upstreamModel, model];
}

async function count(
  { call, body, facts, models }: Asked,
  spoken: readonly string[],
  counter: TokenCounter,
): Promise<CountedTokens | undefined> {
  const tokenizer = models.map(tokenizerOf).find((found) => found !== undefined);
  const request = tokenizer && unlessThrown(() => call.protocol.decodeRequest(body, call.address));
  if (!tokenizer || !request) return undefined;
  const asked = [...request.messages.flatMap(contentsOfMessage), ...request.tools.flatMap(contentsOfTool)];
  const sums = await counter.count(tokenizer, [asked.map((content) => content.revealText('count')), spoken]);
  const [input, output] = sums ?? [];
  if (input === undefined || output === undefined) return undefined;
  const around = request.messages.length * perMessage + perAnswer;
  return { input: input + around + facts.mediaTokensLikely, output };
}

/** What only its own dialect can say, and what is broken, is not counted here: the answer was given all the same. */
function unlessThrown<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function contentsOfMessage(message: Message): readonly Content[] {
  if (message.role === 'tool')
    return message.results.flatMap(({ parts }) => parts.flatMap((part) => ('text' in part ? [part.text] : [])));
  return message.parts.flatMap((part) => {
    if (part.kind === 'tool-call') return [part.name, part.input];
    return 'text' in part ? [part.text] : [];
  });
}

function contentsOfTool(tool: Tool): readonly Content[] {
  if (tool.kind === 'hosted') return [tool.definition];
  const schema = tool.kind === 'function' ? tool.parameters : tool.format;
  return [tool.name, tool.description, schema].filter((content) => content !== undefined);
}
