// One question in any dialect: from the bytes of a request to its line in the log.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Dialect } from './dialect.ts';
import { findFault } from './faults/table.ts';
import { findModel } from './find-model.ts';
import { withLength } from './heads.ts';
import { markOf } from './mark.ts';
import { type Prompt, sumTokens } from './prompt.ts';
import { contextMax } from './sandbox-models.ts';
import { writeReply } from './script.ts';
import { sendRefusal } from './send-refusal.ts';
import type { ServedLine } from './served-line.ts';
import { countFault, type State, tripsAgain } from './state.ts';
import { body, end, head, type Step } from './step.ts';
import { writeEvent } from './stream-event.ts';
import type { Refusal } from './trouble.ts';
import { beginTurn, type Turn } from './turn.ts';
import { Wire } from './wire.ts';

export type Call = {
  readonly state: State;
  readonly response: ServerResponse;
  readonly hasKey: boolean;
  readonly bytes: Buffer;
  readonly origin: string;
};

type Answering<P extends Prompt> = { readonly dialect: Dialect<P>; readonly call: Call; readonly turn: Turn<P> };

export async function answerCall<P extends Prompt>(dialect: Dialect<P>, call: Call): Promise<void> {
  const prompt = call.hasKey ? dialect.readRequest(call.bytes) : dialect.refuse({ kind: 'key-missing' });
  if ('status' in prompt) return refuseCall(dialect, call, prompt);
  const model = findModel(prompt.model);
  if (model === undefined) {
    return refuseCall(dialect, call, dialect.refuse({ kind: 'model-unknown', model: prompt.model }), prompt);
  }
  const input = sumTokens(prompt.messages);
  if (input > contextMax) {
    const refusal = dialect.refuse({ kind: 'context-too-long', context: contextMax, input });
    return refuseCall(dialect, call, refusal, prompt);
  }
  const createdMs = Date.now();
  const replies = (dialect.split?.(prompt) ?? [prompt]).flatMap((each) =>
    Array.from({ length: each.choices }, () => writeReply(model, each)),
  );
  const cache = call.state.prefixes.visit(prompt, createdMs);
  const turn = beginTurn({ prompt, replies, input, cache, createdMs, output: dialect.outputTokens?.(prompt) });
  if (model.kind === 'fault') return playFault({ dialect, call, turn }, model.mode);
  if (prompt.stream || paceOf(turn) > 0 || dialect.writeBytes) return playAnswer({ dialect, call, turn });
  return sendAnswer({ dialect, call, turn });
}

/** The plain path, kept lean: benchmarks lean on it. */
async function sendAnswer<P extends Prompt>(answering: Answering<P>): Promise<void> {
  const { dialect, call, turn } = answering;
  const { response } = call;
  const text = dialect.writeAnswer(turn);
  response.writeHead(200, withLength(dialect.writeHeaders(dialect.jsonType, turn.usage.input), text));
  response.end(text);
  await untilClosed(response);
  const isSent = response.writableFinished;
  writeLine(answering, { sent: isSent ? turn.usage.output : 0, ended: isSent ? 'completed' : endOfLeft(call) });
}

async function playAnswer<P extends Prompt>(answering: Answering<P>): Promise<void> {
  const { response, state } = answering.call;
  const socket = findSocket(response);
  if (socket === undefined) return;
  const wire = new Wire({ response, socket, timeScale: state.timeScale, onDelivered: () => {} });
  const isWhole = await wire.play(stepsOf(answering));
  writeLine(answering, { sent: wire.sent, ended: isWhole ? 'completed' : endOfLeft(answering.call) });
}

async function playFault<P extends Prompt>(answering: Answering<P>, mode: string): Promise<void> {
  const { dialect, call, turn } = answering;
  const { response, state, origin } = call;
  const found = findFault(mode);
  const socket = findSocket(response);
  if (found === undefined || socket === undefined) return;
  const { fault, number } = found;
  let isTripped = true;
  let isCounted = false;
  const count = () => {
    if (isCounted || !isTripped) return;
    isCounted = true;
    countFault(state, mode, markOf(turn.prompt));
  };
  const trips = () => {
    isTripped = tripsAgain(state, `${mode}\0${turn.prompt.messages.at(-1)?.text}`, number);
    return isTripped;
  };
  const spare = () => {
    isTripped = false;
  };
  const isReused = socket.bytesWritten > 0;
  const wire = new Wire({ response, socket, timeScale: state.timeScale, onDelivered: count });
  const isPlayed = await wire.play(fault.play({ dialect, turn, number, trips, isReused, spare, origin }));
  if (isPlayed) count();
  const ended = isPlayed ? (isTripped ? 'fault' : 'completed') : endOfLeft(call);
  writeLine(answering, { status: wire.status, output: wire.sent, sent: wire.sent, ended });
}

function stepsOf<P extends Prompt>(answering: Answering<P>): Iterable<Step> {
  if (answering.turn.prompt.stream) return streamSteps(answering);
  return answering.dialect.writeBytes ? byteSteps(answering) : wholeSteps(answering);
}

function* byteSteps<P extends Prompt>({ dialect, turn }: Answering<P>): Generator<Step> {
  yield head(200, dialect.writeHeaders(dialect.jsonType, turn.usage.input));
  for (const { bytes, tokens } of dialect.writeBytes?.(turn) ?? []) yield body(bytes, tokens);
  yield end;
}

function* streamSteps<P extends Prompt>({ dialect, turn }: Answering<P>): Generator<Step> {
  const paceMs = paceOf(turn);
  let words = 0;
  yield head(200, dialect.writeHeaders(dialect.typeOf(turn.prompt), turn.usage.input));
  for (const event of dialect.writeStream(turn)) {
    if (paceMs > 0 && event.kind !== 'open' && event.tokens > 0) {
      yield { kind: 'until', ms: words * paceMs };
      words += 1;
    }
    yield body(writeEvent(event, dialect), event.tokens);
  }
  yield end;
}

/** A paced model thinks as long as it would have spoken, then says it all. */
function* wholeSteps<P extends Prompt>({ dialect, turn }: Answering<P>): Generator<Step> {
  const text = dialect.writeAnswer(turn);
  yield { kind: 'until', ms: turn.usage.output * paceOf(turn) };
  yield head(200, withLength(dialect.writeHeaders(dialect.jsonType, turn.usage.input), text), 'plain');
  yield body(text, turn.usage.output);
  yield end;
}

function paceOf(turn: Turn): number {
  return turn.replies[0]?.paceMs ?? 0;
}

export function refuseCall<P extends Prompt>(
  dialect: Dialect<P>,
  call: Call,
  refusal: Refusal,
  prompt?: P,
): Promise<void> {
  sendRefusal(call.response, dialect, refusal);
  return noAnswer(dialect, call, { status: refusal.status, prompt });
}

/** The line of what no model answered. */
export async function noAnswer<P extends Prompt>(
  dialect: Dialect<P>,
  call: Call,
  told: { readonly status: number; readonly prompt: P | undefined },
): Promise<void> {
  const { status, prompt } = told;
  await untilClosed(call.response);
  const ended = call.response.writableFinished ? 'completed' : endOfLeft(call);
  const blank = { input: 0, cached: 0, output: 0, reasoning: 0, sent: 0 };
  const asked = { model: prompt?.model ?? '', protocol: dialect.protocol, stream: prompt?.stream ?? false };
  call.state.log.write({ at: new Date().toISOString(), ...asked, status, ...blank, ended });
}

function writeLine<P extends Prompt>(
  { dialect, call, turn }: Answering<P>,
  end: Pick<ServedLine, 'sent' | 'ended'> & Partial<ServedLine>,
): void {
  const asked = { model: turn.prompt.model, protocol: dialect.protocol, stream: turn.prompt.stream };
  const line = { at: new Date().toISOString(), ...asked, status: 200, ...turn.usage, ...end };
  call.state.log.write(line, markOf(turn.prompt));
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
