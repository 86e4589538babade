// POST /v1/responses: the Responses API as OpenAI speaks it. What callers let it keep, it keeps while it runs.
import { answerCall, type Call } from '../answer-call.ts';
import type { Dialect } from '../dialect.ts';
import { readModelName } from '../model-name.ts';
import { refuse, writeErrorFields } from '../openai-chat/errors.ts';
import { errorType, jsonType, streamType, writeHeaders } from '../openai-chat/heads.ts';
import type { State } from '../state.ts';
import type { StreamEvent } from '../stream-event.ts';
import type { Refusal, Trouble } from '../trouble.ts';
import { listOutput, writeAnswer } from './answer.ts';
import { answerInBackground } from './background.ts';
import { idOf } from './ids.ts';
import { type ResponsesTurn, seal } from './output.ts';
import { contextTooLong, unknownModel } from './refusals.ts';
import { type ResponsesPrompt, readRequest } from './request.ts';
import { nameInput, type Store, storeOf } from './store.ts';
import {
  type Failure,
  repeatTerminal,
  writeEarlyFailure,
  writeFailure,
  writeKeepAlive,
  writeStream,
} from './stream.ts';

export async function answerResponses(call: Call): Promise<void> {
  const dialect = speakResponses(call.state);
  const isAnswered = call.hasKey && (await answerInBackground(dialect, call));
  if (!isAnswered) await answerCall(dialect, call);
}

/** What refusals alone need. */
export const responsesRefusals = { refuse: refuseTrouble, writeHeaders, errorType };

export function speakResponses(state: State): Dialect<ResponsesPrompt> {
  const store = storeOf(state);
  return {
    protocol: 'openai-responses',
    jsonType,
    errorType,
    typeOf: (prompt) => (prompt.stream ? streamType : jsonType),
    writeHeaders,
    readRequest: (bytes) => readRequest(bytes, store),
    refuse: refuseTrouble,
    writeAnswer: (turn) => {
      const sealed = seal(turn);
      const text = writeAnswer(sealed);
      keepAnswer(store, sealed, text);
      return text;
    },
    writeStream: (turn) => keepAtEnd(store, seal(turn)),
    blankEvent: writeKeepAlive,
    endAgain: (turn) => repeatTerminal(seal(turn)),
    errorEvent: (turn, trouble, isFirst) => {
      const failure = describeFailure(trouble);
      return isFirst ? writeEarlyFailure(failure) : writeFailure(seal(turn), failure);
    },
  };
}

function refuseTrouble(trouble: Trouble): Refusal {
  if (trouble.kind === 'model-unknown') return unknownModel(trouble.model);
  return trouble.kind === 'context-too-long' ? contextTooLong() : refuse(trouble);
}

/** Inside a stream there are fewer codes than for a whole answer. */
function describeFailure(trouble: Trouble): Failure {
  const { message } = writeErrorFields(trouble);
  const isLimit = trouble.kind === 'fault' && trouble.status === 429;
  return { code: isLimit ? 'rate_limit_exceeded' : 'server_error', message };
}

/** Kept before the caller knows that it is over, so that its next question finds it. */
function* keepAtEnd(store: Store, turn: ResponsesTurn): Generator<StreamEvent> {
  for (const event of writeStream(turn)) {
    if (event.kind === 'finish') keepAnswer(store, turn, writeAnswer(turn));
    yield event;
  }
}

/** An answer that went wrong is nothing to go on with. */
function keepAnswer(store: Store, turn: ResponsesTurn, text: string): void {
  if (!turn.prompt.stores || readModelName(turn.prompt.model)?.kind === 'fault') return;
  const input = nameInput(turn.prompt.history, turn.createdMs);
  store.keep({ id: idOf(turn, 'resp'), text, input, output: listOutput(turn) });
}
