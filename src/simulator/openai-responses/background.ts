import type { Call } from '../answer-call.ts';
import type { Dialect } from '../dialect.ts';
import { findModel } from '../find-model.ts';
import { withLength } from '../heads.ts';
import { jsonType, writeHeaders } from '../openai-chat/heads.ts';
import { sumTokens } from '../prompt.ts';
import { contextMax } from '../sandbox-models.ts';
import { writeReply } from '../script.ts';
import { beginTurn } from '../turn.ts';
import { listOutput, writeAnswer, writeResponse } from './answer.ts';
import { idOf } from './ids.ts';
import { type ResponsesTurn, seal } from './output.ts';
import type { ResponsesPrompt } from './request.ts';
import { nameInput, storeOf } from './store.ts';

/**
 * Takes a question whose caller does not wait and comes back for the answer (GET); `false` for all others. Nothing runs
 * meanwhile: the answer is known at once and shown when its time has come.
 */
export async function answerInBackground(dialect: Dialect<ResponsesPrompt>, call: Call): Promise<boolean> {
  if (!call.bytes.includes('"background"')) return false;
  const prompt = dialect.readRequest(call.bytes);
  if ('status' in prompt || !prompt.inBackground || prompt.stream) return false;
  const model = findModel(prompt.model);
  const input = sumTokens(prompt.messages);
  if (model === undefined || model.kind === 'fault' || input > contextMax) return false;
  const { state, response } = call;
  const createdMs = Date.now();
  const cache = state.prefixes.visit(prompt, createdMs);
  const begun = beginTurn({ prompt, replies: [writeReply(model, prompt)], input, cache, createdMs });
  const turn = seal(begun);
  const text = writeResponse(turn, { status: 'queued', output: [], bill: undefined });
  keepPending(call, turn);
  response.writeHead(200, withLength(writeHeaders(jsonType, input), text));
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.end(text);
  });
  const asked = { model: prompt.model, protocol: dialect.protocol, stream: false };
  const at = new Date(createdMs).toISOString();
  // Nobody listens, so all of it counts as delivered.
  state.log.write({ at, ...asked, status: 200, ...turn.usage, sent: turn.usage.output, ended: 'completed' });
  return true;
}

function keepPending({ state }: Call, turn: ResponsesTurn): void {
  const paceMs = turn.replies[0]?.paceMs ?? 0;
  storeOf(state).keep({
    id: idOf(turn, 'resp'),
    text: writeAnswer(turn),
    input: nameInput(turn.prompt.history, turn.createdMs),
    output: listOutput(turn),
    pending: {
      text: writeResponse(turn, { status: 'in_progress', output: [], bill: undefined }),
      cancelledText: writeResponse(turn, { status: 'cancelled', output: [], bill: undefined }),
      doneMs: turn.createdMs + (turn.usage.output * paceMs) / state.timeScale,
    },
  });
}
