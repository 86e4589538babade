import { Buffer } from 'node:buffer';
import { otherEndUsers } from '#core/allowance/end-user.ts';
import { type Delivery, isDelivery } from '#core/generation/delivery.ts';
import type { EndReason } from '#core/generation/end-reason.ts';
import { asFault, Fault } from '#core/generation/fault.ts';
import { minuteOfDay } from '#core/money/price-in-force.ts';
import { endUserOf } from '#core/protocol/end-user.ts';
import type { UpstreamAsk } from '#core/protocol/protocol.ts';
import type { Plan, PlanStep } from '#core/routing/plan.ts';
import { receiptIdOf } from '#core/trust/receipt.ts';
import { type Admission, admit } from './admit/admit.ts';
import { inputBoundOf } from './admit/input-bound.ts';
import { growToReported, isStaged, stagedTokens } from './admit/staged-hold.ts';
import { attemptInOrder, type StopSignal } from './attempt/attempt.ts';
import { mayHedge } from './attempt/hedge.ts';
import { type Decoded, Passages } from './attempt/passage.ts';
import type { Call } from './call.ts';
import { authenticate } from './caller/authenticate.ts';
import type { Caller } from './caller/callers.ts';
import { carryOutOnce } from './caller/carry-out-once.ts';
import { conversationOf } from './caller/conversation.ts';
import { isRestricted, refuseRestricted } from './caller/refuse-restricted.ts';
import { hasAccepted, screen } from './caller/screen.ts';
import { ringIn } from './deadline.ts';
import type { Gateway } from './gateway.ts';
import type { Ending, Generation } from './generation.ts';
import { inspectedCall } from './inspection/inspected-call.ts';
import { beginInBackground, isInBackground } from './kept/begin-in-background.ts';
import { conclude } from './meter/conclude.ts';
import { countOwn } from './meter/count-own.ts';
import { progressOf } from './meter/meter.ts';
import { askStorage } from './plan/ask-storage.ts';
import { decode } from './plan/decode.ts';
import { planBehind } from './plan/nothing-left.ts';
import { planRequest } from './plan/plan-request.ts';
import { planWithoutLoss } from './plan/plan-without-loss.ts';
import { logCrash, refuse } from './refuse.ts';
import { CallerStream } from './relay/caller-stream.ts';
import type { HeldSoFar } from './relay/held-answer.ts';
import { relayBytes } from './relay/relay-bytes.ts';
import { relayStream } from './relay/relay-stream.ts';
import { relayWhole } from './relay/relay-whole.ts';
import { answererOf, answerHeaders, idHeaders, limitHeaders, pushLimits } from './relay/reply-headers.ts';

/**
 * One generation from the caller's bytes to the last ledger entry: authenticate, decode, plan, admit, attempt, relay,
 * meter, conclude. The stages are this folder's files; the order is here and nowhere else.
 */
export async function handleGeneration(asked: Call, gateway: Gateway): Promise<void> {
  gateway.open += 1;
  let call = asked;
  let who: Caller | undefined;
  try {
    if (gateway.phase === 'draining') throw new Fault('draining');
    gateway.door.refuseWhenShut();
    const known = authenticate(call, gateway);
    const caller = known instanceof Promise ? await known : known;
    who = caller;
    if (caller.inspection) call = inspectedCall(call, caller.inspection, gateway);
    const waiting = gateway.door.enter(caller);
    if (waiting) await waiting;
    using _place = gateway.door.pass;
    using life = gateway.meters.content.begin(call.startedAt);
    const body = await call.readBody();
    life.received(body.byteLength);
    const given = body.reveal('translate');
    const screened = caller.detectors && screen(given, caller.detectors, hasAccepted(caller, gateway));
    const bytes = screened?.body ?? given;
    const decoded = decode(call, bytes);
    const { facts } = decoded;
    refuseRestricted(caller, decoded, gateway);
    gateway.sightings.saw(caller.key, call.at, call.origin, endUserOf(decoded.body, facts));
    using claim =
      call.options.idempotencyKey === undefined ? undefined : await carryOutOnce({ call, caller, body }, gateway);
    const storage = askStorage({ facts, body: decoded.body, caller }, gateway);
    const kept = storage instanceof Promise ? await storage : storage;
    const conversation = conversationOf({ call, caller, decoded }, gateway);
    const plan = planRequest({ call, caller, decoded, storage: kept, conversation, screened }, gateway);
    if (isInBackground(decoded)) {
      return await beginInBackground({ call, caller, decoded, bodyBytes: bytes.length, plan, claim }, gateway);
    }
    const inputBound = (endpoint: Parameters<typeof inputBoundOf>[2]) => inputBoundOf(bytes.length, facts, endpoint);
    const { mayClamp } = call.options;
    const terms = { minute: minuteOfDay(call.at), serviceTier: facts.serviceTier };
    const admitted = admit(
      {
        caller,
        facts,
        plan,
        endUser: endUserFor(caller, decoded, gateway),
        inputBound,
        mayClamp,
        terms,
        holdTokens: isStaged(caller, facts) ? stagedTokens : Number.POSITIVE_INFINITY,
        now: performance.now(),
      },
      gateway,
    );
    const admission = admitted instanceof Promise ? await admitted : admitted;
    using _endUser = caller.limitsEndUsers ? givesBack(admission, gateway) : undefined;
    using _hold = admission.hold;
    if (call.reply.hasLeft) return;
    const stop: StopSignal = { reason: undefined, listener: undefined };
    const delivery = deliveryOf(call, caller, plan);
    const generation = { call, caller, facts, screened, bodyBytes: bytes.length, delivery, conversation, claim };
    await serve(
      { ...generation, life, admission, stop, attempts: [], answering: undefined, held: undefined, lost: undefined },
      decoded,
      gateway,
    );
  } catch (thrown) {
    // What is not to be processed is not sealed either: a look at it ends with its reply, which it does not see then.
    if (isRestricted(thrown)) call = asked;
    if (!call.reply.hasLeft) refuse(call, thrown, gateway, { extra: limitHeaders(call, who, gateway) });
  } finally {
    gateway.open -= 1;
  }
}

/** Whoever names nobody shares one row with the others. */
function endUserFor(caller: Caller, { body, facts }: Decoded, gateway: Gateway): string | undefined {
  if (!caller.limitsEndUsers) return undefined;
  const name = endUserOf(body, facts);
  return name === undefined ? otherEndUsers : gateway.pseudonym(caller.workspace, name);
}

/** Told after the hold has ended. */
function givesBack({ hold }: Admission, gateway: Gateway): Disposable {
  return { [Symbol.dispose]: () => gateway.leases.giveEndUsers(hold) };
}

/** The request's own word comes before its key's and workspace's, and theirs before the operator's for the model. */
function deliveryOf({ options }: Call, { settings }: Caller, { model }: Plan): Delivery {
  const owners = isDelivery(settings.delivery) ? settings.delivery : undefined;
  return options.delivery ?? owners ?? model.delivery ?? 'streamed';
}

/** From the first record to the last: whatever happens in between is an ending, and every ending is concluded. */
async function serve(generation: Generation, decoded: Decoded, gateway: Gateway): Promise<void> {
  if (!gateway.journal.reserve()) throw new Fault('not-ready', { why: 'the journal has no room' });
  begin(generation, gateway);
  generation.life.reaches('answer');
  using watch = watchStops(generation, gateway);
  const stream = generation.facts.stream ? callerStream(generation, gateway) : undefined;
  let ending: Ending;
  try {
    ending = await attemptAndRelay(generation, decoded, stream, gateway);
  } catch (thrown) {
    ending = failedEnding(generation, thrown, stream, gateway);
  }
  watch.stop();
  generation.life.reaches('conclude');
  if (generation.admission.isStaged) {
    await growToReported(generation, { endpoint: ending.endpoint, output: ending.reported?.output }, gateway);
  }
  rememberSilence(ending, gateway);
  // Of nearly all answers the upstream says what they used: then nothing is counted, and nothing waits.
  const counting = countOwn(generation, decoded.body, ending, gateway.counter);
  const counted = counting && (await counting);
  await conclude(generation, counted ? { ...ending, counted } : ending, gateway);
}

const silentEndpointsMax = 10_000;

/** The words of a stream are kept only where they will have to be counted. */
function rememberSilence({ endReason, reported, endpoint }: Ending, { silentEndpoints }: Gateway): void {
  if (!endpoint || (endReason !== 'completed' && endReason !== 'length')) return;
  if (reported) silentEndpoints.delete(endpoint.id);
  else if (silentEndpoints.size < silentEndpointsMax) silentEndpoints.add(endpoint.id);
}

async function attemptAndRelay(
  generation: Generation,
  decoded: Decoded,
  stream: CallerStream | undefined,
  gateway: Gateway,
): Promise<Ending> {
  const { call, caller, facts, admission, stop, attempts, delivery } = generation;
  const passages = new Passages(call, decoded);
  const pseudonym = (user: string) => gateway.pseudonym(caller.workspace, user);
  const asUpstream = ({ endpoint, upstreamModel }: PlanStep): UpstreamAsk => ({
    endpoint,
    model: upstreamModel,
    outputLimit: admission.outputLimit(endpoint),
    pseudonym,
  });
  const hold = (kept: HeldSoFar) => {
    generation.held = kept;
  };
  const isStrict = call.options.isStrict || caller.settings.strict === 'on';
  const requires = decoded.extras?.rules?.requiresParameters === true;
  const lossOf = (step: PlanStep) => passages.lossOf(step, asUpstream(step));
  if (isStrict || requires) {
    admission.plan = planWithoutLoss(admission.plan, lossOf, requires ? 'require_parameters' : 'translation-loss');
  }
  const { plan } = admission;
  const attempted = await attemptInOrder(
    {
      call,
      caller,
      facts,
      plan,
      open: (step) => passages.open(step, asUpstream(step)),
      stop,
      attempts,
      onHead: (endpoint) => {
        generation.answering = endpoint;
        if (!endpoint) generation.held = undefined;
      },
      onHeld: delivery === 'whole' ? hold : undefined,
      onProgress: (endpoint, outputBytes) => gateway.journal.progress(progressOf(generation, endpoint, outputBytes)),
      mayHedge: mayHedge(facts, caller, delivery),
      onLost: (endpoint) => {
        generation.lost = endpoint;
      },
    },
    gateway,
  );
  const { answer, step, passage } = attempted;
  generation.served = attempted.open;
  const { endpoint } = step;
  if (answer.kind === 'bytes') return relayBytes({ generation, endpoint, passage, source: answer.source }, gateway);
  if (answer.kind === 'whole') {
    // Whoever was promised a stream by its first heartbeat cannot be given anything else any more.
    if (stream?.isCommitted) throw new Fault('upstream-unavailable', { attempts: attempts.length, last: 'not-json' });
    stream?.stop();
    return relayWhole({ generation, step, passage, answer }, gateway);
  }
  if (!stream) throw new Fault('internal');
  stream.answering(answererOf(generation, step));
  stream.commit(answerHeaders(generation, { endpoint, passage, goesOn: answer.stream.isTooLong }, gateway));
  return await relayStream({ generation, endpoint, passage, stream: answer.stream, caller: stream }, gateway);
}

function begin({ call, caller, admission, claim }: Generation, gateway: Gateway): void {
  claim?.keep();
  gateway.journal.begin({
    kind: 'begin',
    generation: call.generation,
    at: call.at,
    workspace: caller.workspace,
    key: caller.key,
    model: admission.plan.model.id,
    surface: call.surface,
    holds: admission.hold.parts.map(({ lease, amount }) => ({ lease: lease.id, amount: String(amount) })),
    hold: String(admission.holdNano),
    inputCharge: String(admission.inputNano),
  });
}

/** Whoever leaves, and the deadline over all attempts, end the generation wherever it is. */
function watchStops({ call, stop }: Generation, gateway: Gateway) {
  const say = (reason: NonNullable<StopSignal['reason']>) => {
    stop.reason ??= reason;
    stop.listener?.stopped();
  };
  const { totalMs } = gateway.deadlines;
  const ownMs = call.options.timeoutMs ?? Number.POSITIVE_INFINITY;
  const deadline = ringIn(Math.min(ownMs, totalMs), () => say(ownMs < totalMs ? 'caller-deadline' : 'deadline'));
  const leave = gateway.onForcedDrain.enter({ drain: () => say('drain') });
  call.reply.onLeft(() => say('caller-left'));
  const end = () => {
    deadline.cancel();
    leave();
  };
  return { stop: end, [Symbol.dispose]: end };
}

function callerStream(generation: Generation, gateway: Gateway): CallerStream {
  return new CallerStream(generation.call, {
    heartbeatMs: gateway.deadlines.heartbeatMs,
    headers: () => {
      const headers = idHeaders(generation.call);
      pushLimits(headers, generation, gateway);
      return headers;
    },
  });
}

/** Nothing was answered: refused with a status while none was sent, else in the stream. */
function failedEnding(
  generation: Generation,
  thrown: unknown,
  stream: CallerStream | undefined,
  gateway: Gateway,
): Ending {
  const { call, facts, stop, attempts, answering } = generation;
  const plan = planBehind(asFault(thrown)) ?? generation.admission.plan;
  generation.admission.plan = plan;
  const endReason = endReasonOf(asFault(thrown), stop.reason);
  // Who leaves what was kept back for it leaves what it had asked for and its upstream had written.
  const held = endReason === 'caller_left' ? generation.held : undefined;
  const fault = asFault(thrown);
  if (fault.fault === 'internal') logCrash(call, thrown, gateway);
  const isCommitted = stream?.isCommitted === true;
  // While the end is written down no heartbeat may send another status than the one decided here.
  if (!isCommitted) stream?.stop();
  const left = stop.reason === 'caller-left';
  const attemptHeaders = [
    'x-fairlead-attempts',
    String(attempts.length),
    'x-fairlead-receipt',
    receiptIdOf(call.generation),
  ];
  pushLimits(attemptHeaders, generation, gateway);
  return {
    endReason,
    reached: held?.hasContent ? 'content' : answering ? 'upstream-head' : 'nothing',
    fault: left ? null : fault.fault,
    status: left && !isCommitted ? 0 : isCommitted ? 200 : fault.row.status,
    endpoint: answering ?? null,
    passage: null,
    reported: held?.usage,
    outputBytes: held?.outputBytes ?? 0,
    shown: held?.shown,
    firstContentMs: null,
    release() {
      if (left) stream?.stop();
      else if (isCommitted)
        stream?.end(Buffer.from(call.protocol.encodeStreamFault(fault, call.generation)), undefined);
      else refuse(call, fault, gateway, { extra: attemptHeaders, tried: { plan, attempts, asked: facts.model } });
    },
  };
}

function endReasonOf(fault: Fault, stopped: StopSignal['reason']): EndReason {
  switch (stopped) {
    case 'caller-left':
    case 'caller-deadline':
      return 'caller_left';
    case 'deadline':
      return 'timed_out';
    case 'drain':
      return 'drained';
    case undefined:
      return fault.row.blame === 'caller' ? 'refused' : 'failed';
  }
}
