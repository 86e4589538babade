import { Buffer } from 'node:buffer';
import type { EndReason } from '#core/generation/end-reason.ts';
import { Fault, type FaultName } from '#core/generation/fault.ts';
import { formatUsd, type Nano } from '#core/money/nano.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import { StagedHold } from '../admit/staged-hold.ts';
import type { Stoppable } from '../attempt/attempt.ts';
import type { Passage } from '../attempt/passage.ts';
import { Patience } from '../attempt/patience.ts';
import type { StreamPiece } from '../attempt/stream-piece.ts';
import type { StreamConsumer, StreamEnd, UpstreamStream } from '../attempt/upstream-stream.ts';
import type { Gateway } from '../gateway.ts';
import type { Ending, Generation } from '../generation.ts';
import { billOf } from '../meter/bill.ts';
import { type Metered, progressOf } from '../meter/meter.ts';
import type { Progressing, Telling } from '../meter/progress-book.ts';
import type { CallerStream } from './caller-stream.ts';
import { endReasonOf } from './end-reason-of.ts';

const terminalBytesMax = 64 * 1024 * 1024;
/** No text has tokens that are longer than this on average; a few may be. */
const bytesPerTokenMax = 32;
const bytesBeyondMax = 2_048;

export type RelayAsk = {
  readonly generation: Generation;
  readonly endpoint: Endpoint;
  readonly passage: Passage;
  readonly stream: UpstreamStream;
  readonly caller: CallerStream;
};

/**
 * Bytes from the upstream to the caller as they come, whole events at a time, with backpressure both ways. Resolves
 * when all but the terminal bytes is sent, or the stream cannot go on.
 */
export function relayStream(ask: RelayAsk, gateway: Gateway): Promise<Ending> {
  return new Promise((resolve) => {
    new StreamRelay(ask, gateway, resolve).start();
  });
}

class StreamRelay implements StreamConsumer, Progressing, Stoppable {
  readonly #ask: RelayAsk;
  readonly #gateway: Gateway;
  readonly #resolve: (ending: Ending) => void;
  readonly #firstContentMs: number;
  /** Tokens, over all choices. */
  readonly #outputMax: number;
  /** Undefined: all of it was held for at once. */
  readonly #staged: StagedHold | undefined;
  #isGrowing = false;
  #waitsForHold = false;
  #wasRefused = false;
  #stall: Patience | undefined;
  #telling: Telling | undefined;
  readonly #terminal: Uint8Array[] = [];
  #terminalBytes = 0;
  #waitsForCaller = false;
  /** What a slow caller has not taken yet: little, or an answer that was kept back. */
  #waiting: Uint8Array[] = [];
  #isOver = false;

  constructor(ask: RelayAsk, gateway: Gateway, resolve: (ending: Ending) => void) {
    this.#ask = ask;
    this.#gateway = gateway;
    this.#resolve = resolve;
    const { admission, facts } = ask.generation;
    this.#outputMax = admission.outputLimit(ask.endpoint) * facts.choices;
    this.#staged = admission.isStaged ? new StagedHold(ask.generation, ask.endpoint, gateway) : undefined;
    this.#firstContentMs = Math.round(performance.now() - ask.generation.call.startedAt);
  }

  start(): void {
    const { generation, stream } = this.#ask;
    const { stop, call } = generation;
    stop.listener = this;
    if (stop.reason !== undefined) return this.stopped();
    call.reply.onDrain(() => this.#drained());
    if (stream.isHeld) {
      this.#gateway.meters.answerHeld(stream.isTooLong ? 'too-long' : 'whole');
      call.reply.onOver(() => stream.letGo());
    }
    this.#stall = new Patience(this.#gateway.deadlines.stallMs, () => this.#silent());
    this.#telling = this.#gateway.progress.begin(this, performance.now());
    stream.consume(this);
  }

  pieces(pieces: readonly StreamPiece[]): void {
    if (this.#isOver) return;
    this.#stall?.heard();
    this.#telling?.heard();
    const { caller, generation, stream } = this.#ask;
    for (const { bytes, kind } of pieces) {
      if (kind === 'terminal') this.#keepTerminal(bytes);
      else if (kind === 'pass' || generation.facts.wantsUsage || caller.wantsUsage) this.#send(bytes);
    }
    if (stream.finish === undefined && stream.hasLimit && this.#isBeyondLimit()) this.#stopAtLimit();
    if (this.#staged && stream.finish === undefined && !this.#isGrowing) this.#holdMore(this.#staged);
  }

  /** A stage ahead; where the keeper must be asked, nothing is taken from the upstream that is not held for. */
  #holdMore(staged: StagedHold): void {
    const { outputBytes } = this.#ask.stream;
    if (this.#isOver || !staged.isNear(outputBytes)) return;
    // What was refused a stage ahead is asked for once more where it is needed.
    if (this.#wasRefused && !staged.isReached(outputBytes)) return;
    this.#isGrowing = true;
    this.#waitsForHold = true;
    this.#ask.stream.exchange.pause();
    const next = staged.nextNano;
    staged.grow().then(
      (hasGrown) => this.#hasGrown(staged, hasGrown, next),
      () => this.#hasGrown(staged, false, next),
    );
  }

  #hasGrown(staged: StagedHold, hasGrown: boolean, next: Nano): void {
    this.#isGrowing = false;
    this.#waitsForHold = false;
    if (this.#isOver) return;
    // What was held for before may still come.
    if (!hasGrown && staged.isReached(this.#ask.stream.outputBytes)) return this.#outOfMoney(next);
    this.#wasRefused = !hasGrown;
    if (!this.#waitsForCaller) this.#ask.stream.exchange.resume();
    this.#stall?.heard();
    if (hasGrown) this.#holdMore(staged);
  }

  /** The answer ends here, and what came of it is paid. */
  #outOfMoney(next: Nano): void {
    const { stream, caller } = this.#ask;
    stream.exchange.abort();
    const fault = new Fault('wallet-empty', { need: formatUsd(next), free: formatUsd(0n) });
    const error = Buffer.concat([...this.#waiting, Buffer.from(stream.faultText(fault))]);
    this.#finish('wallet_empty', 'wallet-empty', () => caller.end(error, undefined));
  }

  /** The upstream does not keep to the limit that was sent to it: by any count, or by its own where that may be true. */
  #isBeyondLimit(): boolean {
    const { textBytes, usage } = this.#ask.stream;
    if (textBytes > this.#outputMax * bytesPerTokenMax + bytesBeyondMax) return true;
    // There are no more tokens than bytes: who counts more lies, and its answer goes on.
    return usage !== undefined && usage.output > this.#outputMax && usage.output - usage.reasoning <= textBytes;
  }

  /** It ends as an answer ends that is as long as it may be. What comes after was not held for, and is not charged. */
  #stopAtLimit(): void {
    const { generation, stream, caller, endpoint } = this.#ask;
    const { choices } = generation.facts;
    const wantsUsage = generation.facts.wantsUsage || caller.wantsUsage;
    stream.exchange.abort();
    this.#gateway.meters.stoppedAtLimit(endpoint.upstream.name);
    this.#gateway.log('stopped-at-limit', { generation: generation.call.generation, endpoint: endpoint.id });
    this.#finish('length', null, (metered) => {
      const end = stream.textAtLimit({ usage: metered.usage, wantsUsage, choices });
      caller.end(Buffer.concat([...this.#waiting, ...this.#terminal, Buffer.from(end)]), billOf(metered));
    });
  }

  #send(bytes: Uint8Array): void {
    const { caller, stream } = this.#ask;
    if (this.#waitsForCaller) return void this.#waiting.push(bytes);
    if (caller.write(bytes)) return;
    this.#waitsForCaller = true;
    stream.exchange.pause();
  }

  #drained(): void {
    if (this.#isOver) return;
    this.#waitsForCaller = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const bytes of waiting) this.#send(bytes);
    if (this.#waitsForCaller || this.#waitsForHold) return;
    this.#ask.stream.exchange.resume();
    this.#stall?.heard();
  }

  /** What follows the finish is little; whoever sends without end is cut off. */
  #keepTerminal(bytes: Uint8Array): void {
    this.#terminal.push(bytes);
    this.#terminalBytes += bytes.length;
    if (this.#terminalBytes > terminalBytesMax) this.#broken('upstream_cut', 'stream-cut');
  }

  over(end: StreamEnd): void {
    switch (end) {
      case 'ended':
        return this.#completed();
      case 'cut':
      case 'error':
        return this.#broken('upstream_cut', 'stream-cut');
    }
  }

  /** A caller that does not read is no silence of the upstream: the reply has its own clock for it. */
  #silent(): void {
    if (!this.#waitsForCaller && !this.#waitsForHold) this.#broken('stalled', 'stream-stalled');
  }

  #completed(): void {
    const { stream, caller } = this.#ask;
    const last = Buffer.concat([...this.#waiting, ...this.#terminal, Buffer.from(stream.endText())]);
    const isNothing = stream.finish === undefined && !stream.hasContent;
    this.#finish(isNothing ? 'failed' : endReasonOf(stream.finish), null, (metered) =>
      caller.end(last, billOf(metered)),
    );
  }

  /** After the content commit there is no failing over: the caller is told in its own dialect, never by a quiet end. */
  #broken(endReason: EndReason, fault: FaultName): void {
    const { stream, caller } = this.#ask;
    stream.exchange.abort();
    const error = Buffer.concat([...this.#waiting, Buffer.from(stream.faultText(new Fault(fault)))]);
    this.#finish(endReason, fault, () => caller.end(error, undefined));
  }

  stopped(): void {
    const { generation, stream, caller } = this.#ask;
    stream.exchange.abort();
    switch (generation.stop.reason) {
      case 'caller-deadline':
        return this.#broken('caller_left', 'deadline-passed');
      case 'deadline':
        return this.#broken('timed_out', 'deadline-passed');
      case 'drain':
        return this.#broken('drained', 'draining');
      case 'caller-left':
      case undefined:
        return this.#finish('caller_left', null, () => caller.stop());
    }
  }

  #finish(endReason: EndReason, fault: FaultName | null, release: (metered: Metered) => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stall?.stop();
    this.#telling?.end();
    const { generation, stream, endpoint, passage } = this.#ask;
    generation.stop.listener = undefined;
    this.#resolve({
      endReason,
      reached: stream.hasContent ? 'content' : 'upstream-head',
      fault,
      status: 200,
      endpoint,
      passage,
      reported: stream.usage,
      outputBytes: stream.outputBytes,
      shown: stream.shown,
      firstContentMs: this.#firstContentMs,
      objectId: stream.objectId,
      spoken: stream.spoken && (() => stream.spoken?.texts(passage.protocol, generation.call.generation)),
      release,
    });
  }

  get outputBytes(): number {
    return this.#ask.stream.outputBytes;
  }

  tell(): void {
    const { generation, endpoint } = this.#ask;
    this.#gateway.journal.progress(progressOf(generation, endpoint, this.outputBytes));
  }
}
