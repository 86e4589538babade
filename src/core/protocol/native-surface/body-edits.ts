import { Buffer } from 'node:buffer';
import { type Edit, EditedBody } from '../apply-edits.ts';
import { readString } from '../json-scan.ts';
import type { RequestFacts, SplicedRequest, UpstreamAsk } from '../protocol.ts';

/** What is changed in every request of these surfaces; docs/reference/splices.md is made from such rows. */
export const commonSplices = [
  {
    field: 'model',
    when: 'always, when the upstream knows the model by another name',
    why: 'callers use public names; each upstream has its own',
  },
  {
    field: 'user, safety_identifier',
    when: 'the caller sent one',
    why: 'an end user reaches an upstream only as a pseudonym that is keyed per workspace',
  },
] as const;

type Span = { readonly start: number; readonly end: number };

/** Changes of a body's members, made in one copy. All else stays byte-equal. */
export class BodyEdits {
  readonly #body: Uint8Array;
  readonly #spans: RequestFacts['spans'];
  readonly #edits: Edit[] = [];
  readonly #added: string[] = [];
  readonly splices: string[] = [];

  constructor(body: Uint8Array, spans: RequestFacts['spans']) {
    this.#body = body;
    this.#spans = spans;
  }

  /** In place of the value that stands there, or as a new member; named in the record by `splice`. */
  put(field: string, json: string, splice = field): void {
    const span = this.#spans.get(field);
    if (span) this.edit(span, json);
    else this.#added.push(`"${field}":${json}`);
    this.splices.push(splice);
  }

  edit({ start, end }: Span, text: string): void {
    this.#edits.push({ start, end, text });
  }

  apply(): SplicedRequest {
    const { splices } = this;
    if (this.#added.length > 0) this.#insert();
    return new EditedBody(this.#body, this.#edits, splices);
  }

  /** New members come first in the object. */
  #insert(): void {
    const open = this.#spans.get('open');
    const at = open ?? this.#spans.get('empty');
    if (at) this.edit(at, open ? `${this.#added.join(',')},` : this.#added.join(','));
  }
}

/** The rows above. */
export function spliceCommon(edits: BodyEdits, body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk): void {
  if (facts.model !== ask.model) edits.put('model', JSON.stringify(ask.model));
  for (const field of ['user', 'safety_identifier'] as const) {
    const span = facts.spans.get(field);
    if (!span || body[span.start] !== 0x22) continue;
    const user = readString(body, { kind: 'string', keyStart: span.start, ...span });
    edits.put(field, JSON.stringify(ask.pseudonym(user)));
  }
}

/** A body that may be a form, in which a text stands as it is, or JSON. */
export function spliceFieldsRequest(body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk): SplicedRequest {
  return facts.media?.isForm ? spliceForm(body, facts, ask) : spliceInputRequest(body, facts, ask);
}

/** The same rows in a form. */
function spliceForm(body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk): SplicedRequest {
  const edits = new BodyEdits(body, facts.spans);
  const model = facts.spans.get('model');
  if (model && facts.model !== ask.model) {
    edits.edit(model, ask.model);
    edits.splices.push('model');
  }
  const user = facts.spans.get('user');
  if (user && user.end > user.start) {
    edits.edit(user, ask.pseudonym(Buffer.from(body.subarray(user.start, user.end)).toString('utf8')));
    edits.splices.push('user');
  }
  return edits.apply();
}

/** Requests in which nothing but these is changed. */
export function spliceInputRequest(body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk): SplicedRequest {
  const edits = new BodyEdits(body, facts.spans);
  spliceCommon(edits, body, facts, ask);
  return edits.apply();
}
