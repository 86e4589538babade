// POST /v1/chat/completions: from the bytes of a request to its line in the log.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { findFault } from '../faults/table.ts';
import { type Model, readModelName } from '../model-name.ts';
import { type Prompt, sumTokens } from '../prompt.ts';
import { contextMax } from '../sandbox-models.ts';
import { writeReply } from '../script.ts';
import type { ServedLine } from '../simulator.ts';
import { countFault, type State, tripsAgain } from '../state.ts';
import { body, end, head, type Step } from '../step.ts';
import { Wire } from '../wire.ts';
import { writeAnswer } from './answer.ts';
import { contextTooLong, missingKey, type Refusal, unknownModel } from './errors.ts';
import { jsonType, streamType, withLength, writeHeaders } from './heads.ts';
import { sendRefusal } from './refuse.ts';
import { readRequest } from './request.ts';
import { writeEvent, writeStream } from './stream.ts';
import { beginTurn, type Turn } from './turn.ts';

export type Call = {
  readonly state: State;
  readonly response: ServerResponse;
  readonly hasKey: boolean;
  readonly bytes: Buffer;
  readonly origin: string;
};

export async function answerChat(call: Call): Promise<void> {
  const prompt = call.hasKey ? readRequest(call.bytes) : missingKey();
  if ('status' in prompt) return refuse(call, prompt, undefined);
  const model = findModel(prompt.model);
  if (model === undefined) return refuse(call, unknownModel(prompt.model), prompt);
  const input = sumTokens(prompt.messages);
  if (input > contextMax) return refuse(call, contextTooLong(contextMax, input), prompt);
  const nowMs = Date.now();
  const replies = Array.from({ length: prompt.choices }, () => writeReply(model, prompt));
  const cached = call.state.prefixes.visit(prompt, nowMs);
  const turn = beginTurn({ prompt, replies, input, cached, nowMs });
  if (model.kind === 'fault') return playFault(call, turn, model.mode);
  if (prompt.stream || paceOf(turn) > 0) return playAnswer(call, turn);
  return sendAnswer(call, turn);
}

function findModel(name: string): Model | undefined {
  const model = readModelName(name);
  return model?.kind === 'fault' && findFault(model.mode) === undefined ? undefined : model;
}

/** The plain path, kept lean: benchmarks lean on it. */
async function sendAnswer(call: Call, turn: Turn): Promise<void> {
  const { response } = call;
  const text = writeAnswer(turn);
  response.writeHead(200, withLength(writeHeaders(jsonType, turn.usage.input), text));
  response.end(text);
  await untilClosed(response);
  const isSent = response.writableFinished;
  writeLine(call, turn, { sent: isSent ? turn.usage.output : 0, ended: isSent ? 'completed' : endOfLeft(call) });
}

async function playAnswer(call: Call, turn: Turn): Promise<void> {
  const socket = findSocket(call.response);
  if (socket === undefined) return;
  const { response, state } = call;
  const wire = new Wire({ response, socket, timeScale: state.timeScale, onDelivered: () => {} });
  const isWhole = await wire.play(turn.prompt.stream ? streamSteps(turn) : wholeSteps(turn));
  writeLine(call, turn, { sent: wire.sent, ended: isWhole ? 'completed' : endOfLeft(call) });
}

async function playFault(call: Call, turn: Turn, mode: string): Promise<void> {
  const found = findFault(mode);
  const socket = findSocket(call.response);
  if (found === undefined || socket === undefined) return;
  const { response, state, origin } = call;
  const { fault, number } = found;
  let isTripped = true;
  let isCounted = false;
  const count = () => {
    if (!isCounted && isTripped) countFault(state, mode);
    isCounted = true;
  };
  const trips = () => {
    isTripped = tripsAgain(state, `${mode}\0${turn.prompt.messages.at(-1)?.text}`, number);
    return isTripped;
  };
  const wire = new Wire({ response, socket, timeScale: state.timeScale, onDelivered: count });
  const isPlayed = await wire.play(fault.play({ turn, number, trips, origin }));
  if (isPlayed) count();
  const ended = isPlayed ? (isTripped ? 'fault' : 'completed') : endOfLeft(call);
  writeLine(call, turn, { status: wire.status, output: wire.sent, sent: wire.sent, ended });
}

function* streamSteps(turn: Turn): Generator<Step> {
  const paceMs = paceOf(turn);
  let words = 0;
  yield head(200, writeHeaders(streamType, turn.usage.input));
  for (const event of writeStream(turn)) {
    if (paceMs > 0 && event.kind === 'delta') {
      yield { kind: 'until', ms: words * paceMs };
      words += 1;
    }
    yield body(writeEvent(event), event.tokens);
  }
  yield end;
}

/** A paced model thinks as long as it would have spoken, then says it all. */
function* wholeSteps(turn: Turn): Generator<Step> {
  const text = writeAnswer(turn);
  yield { kind: 'until', ms: turn.usage.output * paceOf(turn) };
  yield head(200, withLength(writeHeaders(jsonType, turn.usage.input), text), 'plain');
  yield body(text, turn.usage.output);
  yield end;
}

function paceOf(turn: Turn): number {
  return turn.replies[0]?.paceMs ?? 0;
}

async function refuse(call: Call, refusal: Refusal, prompt: Prompt | undefined): Promise<void> {
  sendRefusal(call.response, refusal);
  await untilClosed(call.response);
  const ended = call.response.writableFinished ? 'completed' : endOfLeft(call);
  const blank = { input: 0, cached: 0, output: 0, reasoning: 0, sent: 0 };
  const asked = { model: prompt?.model ?? '', protocol, stream: prompt?.stream ?? false };
  call.state.log.write({ at: new Date().toISOString(), ...asked, status: refusal.status, ...blank, ended });
}

const protocol = 'openai-chat';

function writeLine(call: Call, turn: Turn, end: Pick<ServedLine, 'sent' | 'ended'> & Partial<ServedLine>): void {
  const asked = { model: turn.prompt.model, protocol, stream: turn.prompt.stream };
  call.state.log.write({ at: new Date().toISOString(), ...asked, status: 200, ...turn.usage, ...end });
}

/** Who leaves in the middle: the caller, but for a simulator that is being stopped. */
function endOfLeft(call: Call): ServedLine['ended'] {
  return call.state.isClosing ? 'fault' : 'aborted';
}

// NOTE: A pipelined request has no socket of its own yet. Nobody we serve pipelines, so it is turned away.
function findSocket(response: ServerResponse): Socket | undefined {
  if (response.socket === null) response.destroy();
  return response.socket ?? undefined;
}

function untilClosed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.closed) resolve();
    else response.once('close', resolve);
  });
}
