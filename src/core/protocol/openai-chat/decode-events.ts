import { Content } from '#core/generation/content.ts';
import type { GenerationEvent, TokenLogprob } from '#core/generation/reply.ts';
import { fieldOf, listOf, numberOf, parseForeignObject, textOf } from '../json-value.ts';
import type { DecodeAbout, EventDecoder } from '../protocol.ts';
import type { SseEvent } from '../sse.ts';
import { ChoiceDecoder } from './decode-choice.ts';
import { toFinish } from './finish-reason.ts';
import { codeOf, isDone } from './read-reply.ts';
import { usageOf } from './usage.ts';

const nothing: readonly GenerationEvent[] = [];

/** Reads the chunks of an upstream, in all the shapes that its kind sends. */
export class ChatDecoder implements EventDecoder {
  readonly #about: DecodeAbout;
  readonly #choices = new Map<number, ChoiceDecoder>();
  #isStarted = false;
  #sources: ReadonlySet<string> = new Set();
  #callIds = 0;

  constructor(about: DecodeAbout) {
    this.#about = about;
  }

  decode({ data }: SseEvent): readonly GenerationEvent[] {
    if (data === null || data.length === 0) return nothing;
    if (isDone(data)) return [...this.#start(undefined), { kind: 'end' }];
    const chunk = parseForeignObject(data);
    if (chunk === undefined) return [{ kind: 'error', code: 'unknown' }];
    const error = fieldOf(chunk, 'error');
    if (error !== undefined && error !== null) return [{ kind: 'error', code: codeOf(error) }];
    const choices = listOf(fieldOf(chunk, 'choices'));
    const model = textOf(fieldOf(chunk, 'model')) ?? '';
    const events: GenerationEvent[] = [];
    // Azure's first chunk has neither.
    if (model !== '' || choices.length > 0) events.push(...this.#start(model));
    for (const choice of choices) this.#readChoice(choice, events);
    this.#readSources(fieldOf(chunk, 'citations'), events);
    const usage = usageOf(chunk);
    if (usage) events.push(...this.#start(model), { kind: 'usage', usage });
    return events;
  }

  #start(model: string | undefined): readonly GenerationEvent[] {
    if (this.#isStarted) return nothing;
    this.#isStarted = true;
    return [{ kind: 'start', model: model ? Content.ofText(model) : undefined }];
  }

  #readChoice(choice: unknown, events: GenerationEvent[]): void {
    const index = numberOf(fieldOf(choice, 'index'));
    const place = index !== undefined && Number.isSafeInteger(index) && index >= 0 ? index : 0;
    let decoder = this.#choices.get(place);
    if (decoder === undefined) {
      decoder = new ChoiceDecoder(place, {
        makeId: () => makeCallId(this.#about.generation, this.#callIds++),
        nameOf: (name) => this.#about.toolNames.get(name) ?? name,
      });
      this.#choices.set(place, decoder);
    }
    decoder.read(fieldOf(choice, 'delta') ?? fieldOf(choice, 'message'), events);
    const tokens = decodeLogprobs(fieldOf(choice, 'logprobs'));
    if (tokens.length > 0 && !decoder.isFinished) events.push({ kind: 'logprobs', choice: place, tokens });
    const reason = textOf(fieldOf(choice, 'finish_reason')) ?? '';
    if (reason !== '') decoder.finish(toFinish(reason), events);
  }

  /** Perplexity and xAI give the addresses of their sources beside the choices, on each chunk again. */
  #readSources(sources: unknown, events: GenerationEvent[]): void {
    if (!Array.isArray(sources) || this.#choices.get(0)?.isFinished) return;
    const fresh = sources.filter((url): url is string => typeof url === 'string' && !this.#sources.has(url));
    this.#sources = new Set([...this.#sources, ...fresh]);
    for (const url of fresh) {
      events.push({ kind: 'citation', choice: 0, citation: sourceCitation(url) });
    }
  }
}

export function sourceCitation(url: string) {
  return { url: Content.ofText(url), family: 'other', item: Content.ofJson({ type: 'source', url }) } as const;
}

/** `call_` and the generation's 26 characters: an id that the upstream did not give. */
export function makeCallId(generation: string, count: number): string {
  return `call_${generation.slice(-26)}_${count}`;
}

export function decodeLogprobs(logprobs: unknown): readonly TokenLogprob[] {
  if (typeof logprobs !== 'object' || logprobs === null) return [];
  return [...listOf(fieldOf(logprobs, 'content')), ...listOf(fieldOf(logprobs, 'refusal'))].flatMap((entry) => {
    const token = decodeToken(entry);
    return token
      ? [{ ...token, top: listOf(fieldOf(entry, 'top_logprobs')).flatMap((t) => decodeToken(t) ?? []) }]
      : [];
  });
}

function decodeToken(entry: unknown): { readonly token: Content; readonly logprob: number } | undefined {
  const token = textOf(fieldOf(entry, 'token'));
  const logprob = numberOf(fieldOf(entry, 'logprob'));
  return token === undefined || logprob === undefined ? undefined : { token: Content.ofText(token), logprob };
}
