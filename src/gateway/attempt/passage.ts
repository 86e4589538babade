import { Buffer } from 'node:buffer';
import type { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import { Fault } from '#core/generation/fault.ts';
import type { GenerationRequest } from '#core/generation/request.ts';
import { factsOfEvents } from '#core/protocol/event-facts.ts';
import type {
  DecodeAbout,
  EventDecoder,
  EventEncoder,
  EventFacts,
  LimitEnd,
  MediaAsk,
  ReplyAbout,
  RequestFacts,
  Shown,
  SurfaceTranslation,
  UpstreamAsk,
  UpstreamProtocol,
} from '#core/protocol/protocol.ts';
import { upstreamProtocolOf } from '#core/protocol/protocols.ts';
import type { SseEvent } from '#core/protocol/sse.ts';
import type { ProtocolName } from '#core/routing/endpoint.ts';
import type { ToolVerdict } from '#core/routing/health/attempt-report.ts';
import type { PlanStep } from '#core/routing/plan.ts';
import type { ProviderRules } from '#core/routing/provider-rules.ts';
import type { Call } from '../call.ts';
import { ToolJudge } from './tool-judge.ts';

/** How one attempt's request reaches its upstream, and the reply its caller: as it is but for splices, or translated. */
export type Passage = {
  /** What is spoken with the upstream. */
  readonly protocol: UpstreamProtocol;
  /** One after the other. */
  readonly body: readonly Uint8Array[];
  readonly splices: readonly string[];
  /** Names and values in turn, in place of our own. */
  readonly headers?: readonly string[] | undefined;
  readonly dropped: readonly DroppableField[];
  /** A whole reply in the caller's dialect; undefined: after all it is no answer to what was asked. */
  whole(body: Uint8Array): Uint8Array | undefined;
  openStream(): StreamPassage;
  /** Could the caller use the answer's tool calls? Once it is over, and where somebody looked. */
  tools?: (() => ToolVerdict) | undefined;
};

export type StreamPassage = {
  /** Under which the upstream stored the answer. */
  readonly objectId: string | undefined;
  readonly shown?: Shown | undefined;
  read(event: SseEvent): StreamRead;
  /** The caller's last bytes after a good end, as far as the upstream did not send them. */
  end(): string;
  fault(fault: Fault): string;
  /** It can be stopped at its limit of output. */
  readonly hasLimit: boolean;
  /** What is said then. */
  endAtLimit(end: LimitEnd): string;
};

export type StreamRead = {
  readonly facts: EventFacts;
  /** What the caller gets for this event; undefined: its own bytes. */
  readonly text: string | undefined;
};

/** A request as it was decoded. */
export type Decoded = {
  readonly body: Uint8Array;
  readonly facts: RequestFacts;
  /** OpenRouter's extras were cut out of the body; here they still stand in it. */
  readonly extras: WithExtras | undefined;
};

export type WithExtras = {
  readonly body: Uint8Array;
  readonly facts: RequestFacts;
  readonly models: readonly string[];
  readonly needsOpenRouter: boolean;
  readonly asksReasoning: boolean;
  readonly rules: ProviderRules | undefined;
};

/**
 * What was set aside counts a token for each byte of the caller's, and real tokens have three or four: this much more a
 * translation may be. Only what is made up in it, such as results that nobody gave, makes more.
 */
const growthMax = 2.5;
const growthBytesMax = 16 * 1024;

/** A form keeps its type, which names its boundary, or has one of ours; and a reply may be anything but text. */
function mediaHeaders({ isForm, sentAs }: MediaAsk, { address, protocol }: Call): readonly string[] {
  const accept = protocol.openBytes ? ['accept', '*/*'] : [];
  const type = sentAs ?? (isForm ? address.contentType : undefined);
  return type === undefined ? accept : ['content-type', type, ...accept];
}

/** Of the answers to requests with tools, those that are looked at. */
const judgedShare = 1 / 8;

/** What all attempts of one call share. The neutral request is made once, when the first translation needs it. */
export class Passages {
  readonly #call: Call;
  readonly #facts: RequestFacts;
  readonly #body: Uint8Array;
  readonly #extras: WithExtras | undefined;
  #request: GenerationRequest | undefined;
  /** Of the last translation. */
  #toolNames: DecodeAbout['toolNames'] = new Map();

  constructor(call: Call, { facts, body, extras }: Decoded) {
    this.#call = call;
    this.#facts = facts;
    this.#body = body;
    this.#extras = extras;
  }

  open(step: Pick<PlanStep, 'protocol'>, ask: UpstreamAsk): Passage {
    const passage = this.#open(step, ask);
    return this.#facts.hasTools && Math.random() < judgedShare ? this.#judged(passage) : passage;
  }

  /** A sample: reading an answer beside its way costs as much as a translation. */
  #judged(passage: Passage): Passage {
    const about = { generation: this.#call.generation, toolNames: this.#toolNames };
    const judge = new ToolJudge({ protocol: passage.protocol, about, tools: () => this.#tools() });
    return {
      ...passage,
      tools: () => judge.verdict(),
      whole(body) {
        judge.whole(body);
        return passage.whole(body);
      },
      openStream() {
        const stream = passage.openStream();
        const read = stream.read.bind(stream);
        stream.read = (event) => {
          judge.event(event);
          return read(event);
        };
        return stream;
      },
    };
  }

  /** By name; undefined: an upstream runs some that have none here, or the request was read for its few facts alone and is no chat. */
  #tools(): ReadonlyMap<string, Content | undefined> | undefined {
    const tools = this.#toolsAsked();
    if (!tools || tools.some(({ kind }) => kind === 'hosted')) return undefined;
    const named = tools.flatMap((tool): readonly (readonly [string, Content | undefined])[] => {
      if (tool.kind === 'hosted') return [];
      const name = tool.name.revealText('detect');
      if (tool.kind === 'custom') return [[name, undefined]];
      const own = tool.namespace && ([tool.namespace.tool.revealText('detect'), tool.parameters] as const);
      return own ? [[name, tool.parameters], own] : [[name, tool.parameters]];
    });
    return new Map(named);
  }

  #toolsAsked(): GenerationRequest['tools'] | undefined {
    try {
      return this.#neutral().tools;
    } catch {
      // What only its own dialect can say cannot be judged here.
      return undefined;
    }
  }

  #open(step: Pick<PlanStep, 'protocol'>, ask: UpstreamAsk): Passage {
    const { protocol } = this.#call;
    const isRouter = ask.endpoint.upstream.provider === 'openrouter';
    // What no translation can carry goes up as it is: its upstream says what it thinks of the rest.
    const isCarried = this.#facts.nativeOnly === undefined;
    const asksReasoning = this.#extras?.asksReasoning === true && isCarried && !protocol.translation;
    const mustTranslate = step.protocol !== protocol.name || (asksReasoning && !isRouter);
    const { translation } = protocol;
    if (translation && step.protocol !== protocol.name) return this.#translateSurface(translation, step.protocol, ask);
    if (mustTranslate) return this.#translate(upstreamProtocolOf(step.protocol), ask);
    // OpenRouter's own upstream understands what all others would refuse.
    const source = isRouter && this.#extras ? this.#extras : { body: this.#body, facts: this.#facts };
    const { pieces, splices } = protocol.spliceRequest(source.body, source.facts, ask);
    const about = { generation: this.#call.generation, choices: this.#facts.choices };
    const isJson = this.#call.openForm?.().isJson === true;
    return {
      protocol,
      body: pieces,
      splices,
      headers: this.#facts.media && mediaHeaders(this.#facts.media, this.#call),
      dropped: [],
      whole: (body) => body,
      openStream() {
        const stream = protocol.openStream(about);
        return {
          get objectId() {
            return stream.objectId;
          },
          get shown() {
            return stream.shown;
          },
          read: (event) => ({ facts: readable(stream.read(event), isJson), text: undefined }),
          end: () => stream.end(),
          fault: (fault) => stream.fault(fault),
          hasLimit: stream.endAtLimit !== undefined,
          endAtLimit: (end) => stream.endAtLimit?.(end) ?? '',
        };
      },
    };
  }

  /** What a translation to this upstream would leave out. */
  lossOf(step: Pick<PlanStep, 'protocol'>, ask: UpstreamAsk): readonly DroppableField[] {
    try {
      return this.#open(step, ask).dropped;
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.row.blame === 'caller') return ['unknown_part'];
      throw thrown;
    }
  }

  /** What is no chat. */
  #translateSurface(translation: SurfaceTranslation, into: ProtocolName, ask: UpstreamAsk): Passage {
    const request = { body: this.#body, address: this.#call.address, facts: this.#facts };
    const opened = translation.open(request, into, ask);
    if (!opened) throw new Fault('field-not-carried', { field: 'surface' });
    const { protocol, body, dropped, whole } = opened;
    this.#judgeLength(body);
    return {
      ...{ protocol, body: [Buffer.from(body)], splices: [], dropped: [...new Set(dropped)], whole },
      openStream: () => {
        throw new Fault('field-not-carried', { field: 'surface' });
      },
    };
  }

  #judgeLength(body: string): void {
    if (body.length <= growthMax * this.#body.length + growthBytesMax) return;
    throw new Fault('request-malformed', { reason: 'in the dialect of its upstream it would be many times as long' });
  }

  #translate(upstream: UpstreamProtocol, ask: UpstreamAsk): Passage {
    const caller = this.#call.protocol;
    const request = this.#neutral();
    const { body, dropped, toolNames } = upstream.encodeRequest(request, ask);
    this.#judgeLength(body);
    const decode: DecodeAbout = { generation: this.#call.generation, toolNames };
    this.#toolNames = toolNames;
    const reply: ReplyAbout = {
      request,
      generation: this.#call.generation,
      createdAt: Math.floor(this.#call.at / 1000),
      wantsUsage: this.#facts.wantsUsage,
    };
    return {
      protocol: upstream,
      body: [Buffer.from(body)],
      splices: [],
      dropped: [...new Set([...request.dropped, ...dropped])],
      whole: (whole) => Buffer.from(caller.encodeReply(upstream.decodeReply(whole, decode), reply)),
      openStream: () => new Translation(upstream.openDecoder(decode), caller.openEncoder(reply)),
    };
  }

  #neutral(): GenerationRequest {
    this.#request ??= this.#call.protocol.decodeRequest(this.#body, this.#call.address);
    return this.#request;
  }
}

/** Where the caller's form can hold JSON alone, what is none cannot pass as it came, and is not left out in silence. */
function readable(facts: EventFacts, isJson: boolean): EventFacts {
  return facts.isMalformed && isJson ? { ...facts, error: 'unknown' } : facts;
}

/**
 * One stream from an upstream's dialect into the caller's. What is no JSON has no counterpart there: its decoder makes an
 * error of it, since a hole in the answer would be a silent loss.
 */
class Translation implements StreamPassage {
  /** Nothing is stored for a caller of another dialect. */
  readonly objectId = undefined;
  readonly #decoder: EventDecoder;
  readonly #encoder: EventEncoder;

  constructor(decoder: EventDecoder, encoder: EventEncoder) {
    this.#decoder = decoder;
    this.#encoder = encoder;
  }

  read(event: SseEvent): StreamRead {
    const events = this.#decoder.decode(event);
    let text = '';
    for (const each of events) {
      if (each.kind !== 'end' && each.kind !== 'error') text += this.#encoder.encode(each);
    }
    return { facts: factsOfEvents(events), text };
  }

  end(): string {
    return this.#encoder.end();
  }

  fault(fault: Fault): string {
    return this.#encoder.fault(fault);
  }

  readonly hasLimit = true;

  endAtLimit({ usage, choices }: LimitEnd): string {
    let text = '';
    for (let choice = 0; choice < choices; choice += 1) {
      text += this.#encoder.encode({ kind: 'finish', choice, reason: 'length' });
    }
    return text + this.#encoder.encode({ kind: 'usage', usage }) + this.#encoder.end();
  }
}
