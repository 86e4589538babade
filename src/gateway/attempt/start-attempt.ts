import type { IncomingHttpHeaders } from 'node:http';
import { Content } from '#core/generation/content.ts';
import { EventStreamSplitter, exceptionWord } from '#core/protocol/event-stream-splitter.ts';
import type { ReplyFacts } from '#core/protocol/protocol.ts';
import { SseSplitter } from '#core/protocol/sse.ts';
import type { EligibleEndpoint } from '#core/routing/eligible.ts';
import type { OpenAttempt } from '#core/routing/health/health-book.ts';
import type { AttemptTrouble } from '#core/routing/verdict.ts';
import type { Exchange, ExchangeListener } from '#outgoing/providers/exchange.ts';
import type { Call } from '../call.ts';
import { type Deadline, ringIn } from '../deadline.ts';
import type { Gateway } from '../gateway.ts';
import type { Progressing, Telling } from '../meter/progress-book.ts';
import { HeldAnswer } from '../relay/held-answer.ts';
import type { AttemptAsk, Stoppable } from './attempt.ts';
import { endIsSaid } from './end-is-said.ts';
import { failoverMsOf, firstContentMsOf } from './first-content.ts';
import type { Passage } from './passage.ts';
import { Patience } from './patience.ts';
import { retryAfterOf } from './retry-after.ts';
import { SpokenEvents } from './spoken-events.ts';
import { UpstreamBytes } from './upstream-bytes.ts';
import { type EventSplitter, isNoReason, UpstreamStream } from './upstream-stream.ts';

/** What an endpoint began to answer: a whole reply, or a stream that has just shown its first content. */
export type Answer =
  | {
      readonly kind: 'whole';
      readonly status: number;
      /** In the caller's dialect. */
      readonly body: Uint8Array;
      readonly facts: Extract<ReplyFacts, { kind: 'answer' }>;
    }
  | { readonly kind: 'stream'; readonly status: number; readonly stream: UpstreamStream }
  | { readonly kind: 'bytes'; readonly status: number; readonly source: UpstreamBytes };

export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'trouble'; readonly trouble: AttemptTrouble; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'stopped' };

/** A reply that is not streamed, or an error: more than this is no answer of a model. */
const wholeBytesMax = 64 * 1024 * 1024;
const settleMs = 3_000;
const errorBytesMax = 256 * 1024;

export type StartAsk = AttemptAsk & {
  readonly endpoint: EligibleEndpoint;
  readonly model: string;
  readonly passage: Passage;
  readonly attempt: OpenAttempt;
  /** Nobody else is left to ask: it gets more time. */
  readonly isLast: boolean;
  /** It looks after an endpoint, and another one that is well stands in: it gets less time. */
  readonly isBrief: boolean;
};

/** One call to one endpoint, until it begins to answer or has failed. */
export function startAttempt(ask: StartAsk, gateway: Gateway): Promise<Outcome> {
  return new Promise((resolve) => {
    new StartingAttempt(ask, gateway, resolve).start();
  });
}

/** A line longer than this is no event of a model. */
const lineBytesMax = 64 * 1024 * 1024;

/** Undefined: this type of reply is no stream. */
function splitterFor(type: string): EventSplitter | undefined {
  if (type.startsWith('text/event-stream')) return new SseSplitter({ lineBytesMax });
  return type.startsWith('application/vnd.amazon.eventstream') ? new EventStreamSplitter() : undefined;
}

/** How long an endpoint may take to begin. */
function beginsWithinMs(ask: StartAsk, { deadlines }: Gateway): number {
  const { facts, endpoint, isLast } = ask;
  const isBrief = ask.isBrief && !isLast;
  // A picture takes its time also where its sketches are streamed.
  if (!facts.stream || facts.media) return isBrief ? deadlines.wholeMs / 10 : deadlines.wholeMs;
  return isLast ? firstContentMsOf(endpoint, deadlines) : failoverMsOf(endpoint, deadlines) / (isBrief ? 4 : 1);
}

function headersOf(call: Call, { protocol, headers }: Passage): readonly string[] {
  if (protocol !== call.protocol) return [];
  return headers ? [...call.passedHeaders, ...headers] : call.passedHeaders;
}

class StartingAttempt implements ExchangeListener, Progressing, Stoppable {
  readonly #ask: StartAsk;
  readonly #gateway: Gateway;
  readonly #resolve: (outcome: Outcome) => void;
  #exchange: Exchange | undefined;
  #deadline: Deadline | undefined;
  #telling: Telling | undefined;
  #isOver = false;
  /** From the first content on, of what is kept back. */
  #patience: Patience | undefined;
  #status = 0;
  #type = '';
  #saysItsEnd = false;
  #exception: string | undefined;
  #retryAfterMs: number | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #stream: UpstreamStream | undefined;
  #source: UpstreamBytes | undefined;

  constructor(ask: StartAsk, gateway: Gateway, resolve: (outcome: Outcome) => void) {
    this.#ask = ask;
    this.#gateway = gateway;
    this.#resolve = resolve;
  }

  start(): void {
    const { call, caller, endpoint, model, facts, passage, stop, attempt } = this.#ask;
    stop.listener = this;
    if (stop.reason !== undefined) return this.stopped();
    this.#deadline = ringIn(beginsWithinMs(this.#ask, this.#gateway), () => this.#timedOut());
    const { protocol } = passage;
    this.#exchange = this.#gateway.providers.call(
      {
        endpoint,
        credential: attempt.credential,
        ownKey: caller.ownKeys.find(({ id }) => id === endpoint.ownKey?.id),
        protocol: protocol.name,
        path: protocol.upstreamPath(model, facts.stream, endpoint.upstream.provider),
        model,
        body: Content.ofPieces(passage.body),
        stream: facts.stream,
        passedHeaders: headersOf(call, passage),
      },
      this,
    );
  }

  stopped(): void {
    this.#finish({ kind: 'stopped' });
  }

  head(status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#gateway.health.heard(this.#ask.attempt, headers);
    this.#type = String(headers['content-type'] ?? '').toLowerCase();
    this.#saysItsEnd = endIsSaid(headers);
    if (status >= 200 && status < 300) this.#goodHead();
    else {
      this.#retryAfterMs = retryAfterOf(headers, Date.now());
      // AWS says the kind of an error in the head alone.
      const exception = headers['x-amzn-errortype'];
      if (typeof exception === 'string') this.#exception = exceptionWord(exception);
    }
    const { passage, facts } = this.#ask;
    if (status === 200 && !facts.stream && passage.protocol === this.#ask.call.protocol) this.#expectBytes();
    const splitter = this.#ask.facts.stream && status === 200 ? splitterFor(this.#type) : undefined;
    if (splitter && this.#exchange) {
      this.#stream = new UpstreamStream(
        this.#exchange,
        {
          passage: this.#ask.passage,
          choices: this.#ask.facts.choices,
          splitter,
          settleMs: Math.min(settleMs, this.#gateway.deadlines.stallMs / 2),
          held: this.#ask.onHeld && new HeldAnswer(this.#gateway.heldBytes),
          spoken: this.#gateway.silentEndpoints.has(this.#ask.endpoint.id) ? new SpokenEvents() : undefined,
        },
        (began) => this.#began(began),
      );
      this.#ask.onHeld?.(this.#stream);
    }
  }

  #goodHead(): void {
    const { onHead, onHeld, endpoint, facts } = this.#ask;
    onHead(endpoint);
    // What is passed on as it comes tells its progress there.
    if (!facts.stream || onHeld) this.#telling = this.#gateway.progress.begin(this, performance.now());
  }

  get outputBytes(): number {
    return this.#stream?.outputBytes ?? this.#source?.outputBytes ?? this.#bytes;
  }

  tell(): void {
    this.#ask.onProgress(this.#ask.endpoint, this.outputBytes);
  }

  /** Audio, where this surface answers with it; an error in a 200 is JSON. */
  #expectBytes(): void {
    const { call, facts } = this.#ask;
    const isText = /^(?:application\/json|text\/)/i.test(this.#type);
    if (!call.protocol.openBytes || !this.#exchange || isText) return;
    this.#source = new UpstreamBytes(this.#exchange, {
      contentType: this.#type || 'application/octet-stream',
      meter: call.protocol.openBytes(facts),
      held: this.#ask.onHeld && new HeldAnswer(this.#gateway.heldBytes),
    });
    this.#ask.onHeld?.(this.#source);
  }

  data(bytes: Buffer): void {
    this.#take(bytes);
    if (!this.#isOver) this.#telling?.heard();
  }

  #take(bytes: Buffer): void {
    if (this.#source && bytes.length > 0) {
      this.#source.data(bytes);
      if (this.#source.isKept) return this.#watchHeld();
      return this.#finish({ kind: 'answer', answer: { kind: 'bytes', status: this.#status, source: this.#source } });
    }
    if (this.#stream) {
      this.#stream.data(bytes);
      if (this.#stream.hasContent && !this.#isOver) this.#watchHeld();
      return;
    }
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes > (this.#status === 200 ? wholeBytesMax : errorBytesMax)) this.#fake('too-large');
  }

  /** From its first content on, what is kept back may be silent as long as what is passed on. */
  #watchHeld(): void {
    if (this.#patience) return this.#patience.heard();
    this.#deadline?.cancel();
    this.#patience = new Patience(this.#gateway.deadlines.stallMs, () => this.#trouble({ kind: 'stalled' }));
  }

  end(): void {
    if (this.#stream) return this.#stream.end();
    if (this.#source?.outputBytes) {
      if (!this.#saysItsEnd) return this.failed('reset');
      this.#source.end();
      return this.#finish({ kind: 'answer', answer: { kind: 'bytes', status: this.#status, source: this.#source } });
    }
    try {
      this.#endWhole();
    } catch {
      // Whatever its bytes made us stumble over, the attempt must end.
      this.#fake('not-json');
    }
  }

  #endWhole(): void {
    const body = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
    if (this.#status < 200 || this.#status >= 300) {
      const said = this.#ask.passage.protocol.readErrorCode(body);
      const code = said === 'unknown' ? (this.#exception ?? said) : said;
      return this.#trouble({ kind: 'status', status: this.#status, code });
    }
    if (body.length === 0) return this.#fake('empty');
    if (this.#type.startsWith('text/html')) return this.#fake('html');
    // A stream was asked for and something else came: the caller cannot read it.
    // But for what may be whole whatever was asked: some make pictures and transcripts in one piece only.
    if (this.#ask.facts.stream && !this.#ask.facts.media) return this.#fake('not-json');
    const facts = this.#ask.passage.protocol.readReply(body, this.#type);
    if (facts.kind === 'error') return this.#trouble({ kind: 'error-in-200', code: facts.code });
    if (facts.kind === 'not-json') return this.#fake('not-json');
    // Half a transcript in plain text reads like a whole one.
    if (facts.contentType !== undefined && !this.#saysItsEnd) return this.#fake('cut');
    if (!facts.hasContent && isNoReason(facts.finish)) return this.#fake('empty');
    const whole = this.#ask.passage.whole(body);
    if (!whole) return this.#fake('not-json');
    this.#finish({ kind: 'answer', answer: { kind: 'whole', status: this.#status, body: whole, facts } });
  }

  failed(what: 'connect-failed' | 'reset' | 'encoded'): void {
    if (this.#stream) return this.#stream.failed();
    if (this.#source?.isKept && this.#source.hasContent) return this.#trouble({ kind: 'broken-off' });
    if (this.#source?.outputBytes) return this.#source.failed();
    if (what === 'encoded') return this.#fake('encoded');
    // A head without its whole body: nothing of it was shown to the caller.
    if (this.#status >= 200 && this.#status < 300) return this.#fake('cut');
    this.#trouble({ kind: what });
  }

  #began(began: 'content' | 'empty' | 'error' | 'cut'): void {
    const stream = this.#stream;
    if (!stream) return;
    if (began === 'content') this.#finish({ kind: 'answer', answer: { kind: 'stream', status: this.#status, stream } });
    else if (began === 'error') this.#trouble({ kind: 'error-in-200', code: stream.errorCode ?? 'unknown' });
    else if (began === 'cut' && stream.hasContent) this.#trouble({ kind: 'broken-off' });
    else this.#fake(began);
  }

  #timedOut(): void {
    this.#trouble({ kind: this.#status === 0 ? 'head-timeout' : 'content-timeout' });
  }

  #fake(what: Extract<AttemptTrouble, { kind: 'fake-success' }>['what']): void {
    this.#trouble({ kind: 'fake-success', what });
  }

  #trouble(trouble: AttemptTrouble): void {
    this.#finish({ kind: 'trouble', trouble, retryAfterMs: this.#retryAfterMs });
  }

  #finish(outcome: Outcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#deadline?.cancel();
    this.#patience?.stop();
    this.#telling?.end();
    this.#ask.stop.listener = undefined;
    if (outcome.kind !== 'answer') {
      this.#exchange?.abort();
      this.#stream?.letGo();
      this.#source?.letGo();
    }
    this.#resolve(outcome);
  }
}
