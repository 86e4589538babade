import { Buffer } from 'node:buffer';
import { fourHexDigits, NameTable } from './json-names.ts';
import { JsonSkipper } from './json-skip.ts';

// Measures what one `chat.completion.chunk`, or one `text_completion`, carries, in one pass over its bytes.
// `as number`: every index is checked against the end before it is read, which the compiler cannot see.

export type ChatDelta = {
  /** False for what is not a JSON object; all else is then empty. */
  readonly valid: boolean;
  /** At least one unit of text, reasoning, refusal, tool name or arguments, image, audio or citation. */
  readonly content: boolean;
  /** UTF-8 bytes of those, decoded, over all choices; reasoning that is told in several fields counts once. */
  readonly outputBytes: number;
  /** The part of `outputBytes` that is encoded image or audio, whose tokens no estimate from text can tell. */
  readonly mediaBytes: number;
  /** The first finish reason, as written. An empty one, which some providers send all along, is none. */
  readonly finish: string | null;
  readonly hasUsage: boolean;
  readonly hasError: boolean;
};

const noDelta: ChatDelta = {
  valid: false,
  content: false,
  outputBytes: 0,
  mediaBytes: 0,
  finish: null,
  hasUsage: false,
  hasError: false,
};

/** A name that stands twice counts twice: the measure may then be too high, never too low. */
export function measureChatDelta(data: Uint8Array): ChatDelta {
  return new DeltaMeasure(data, chunk).run();
}

/** The same of the older completions, whole or a chunk of a stream: their choices are texts. */
export function measureTextChoices(data: Uint8Array): ChatDelta {
  return new DeltaMeasure(data, textCompletion).run();
}

/** What a whole answer of chat carries. */
export type ChatMeasure = {
  readonly outputBytes: number;
  /** The first finish reason, as written. */
  readonly finish: string;
  /** The bytes of these two values; undefined: there is none. */
  readonly usage: Uint8Array | undefined;
  readonly serviceTier: Uint8Array | undefined;
};

/**
 * The same of a whole answer, for a third of what it takes to build a long one. Undefined: it is no plain good answer, and whoever wants
 * to know must read it: no JSON, an error, no choices or no finish reason, usage elsewhere or twice.
 */
export function measureChatReply(data: Uint8Array): ChatMeasure | undefined {
  return new DeltaMeasure(data, wholeChat).runWhole();
}

/** What a non-empty string at this place is; reasoning is kept apart by its field, for several repeat one text. */
type Role = 'text' | 'media' | 'finish' | 'reasoning' | 'reasoning-content' | 'reasoning-details';

/** What to look for in a value; what no shape speaks of is only judged to be JSON. */
type Shape = {
  readonly string?: Role;
  readonly items?: Shape;
  readonly members?: NameTable<Shape>;
  readonly mark?: Mark;
};

type Mark = 'delta' | 'usage' | 'error' | 'citations' | 'choices' | 'service-tier' | 'odd';

function members(shapes: Readonly<Record<string, Shape>>): NameTable<Shape> {
  return new NameTable(Object.entries(shapes));
}

const text: Shape = { string: 'text' };
const media: Shape = { string: 'media' };
const imageUrl: Shape = { string: 'media', members: members({ url: media }) };
const image: Shape = {
  string: 'media',
  members: members({ image_url: imageUrl, url: media, b64_json: media, data: media }),
};
// Mistral nests the parts of its thinking inside a part.
const thinking: Shape = { string: 'text', items: { members: members({ text }) } };
const part: Shape = { string: 'text', members: members({ text, refusal: text, thinking, image_url: imageUrl }) };
const detail: Shape = { string: 'reasoning-details' };
const call: Shape = { members: members({ name: text, arguments: text, input: text }) };
const delta: Shape = {
  mark: 'delta',
  members: members({
    content: { string: 'text', items: part },
    refusal: text,
    reasoning: { string: 'reasoning' },
    reasoning_content: { string: 'reasoning-content' },
    reasoning_details: { items: { members: members({ text: detail, summary: detail, data: detail }) } },
    tool_calls: { items: { members: members({ function: call, custom: call }) } },
    function_call: call,
    audio: { members: members({ data: media, transcript: text }) },
    images: { items: image },
    annotations: { mark: 'citations' },
  }),
};
const chunk: Shape = {
  members: members({
    choices: { items: { members: members({ delta, finish_reason: { string: 'finish' } }) } },
    usage: { mark: 'usage' },
    // Groq's own place for it.
    x_groq: { members: members({ usage: { mark: 'usage' } }) },
    error: { mark: 'error' },
  }),
};
const textChoice: Shape = {
  mark: 'delta',
  members: members({
    text,
    reasoning: { string: 'reasoning' },
    reasoning_content: { string: 'reasoning-content' },
    finish_reason: { string: 'finish' },
  }),
};
const textCompletion: Shape = {
  members: members({ choices: { items: textChoice }, usage: { mark: 'usage' }, error: { mark: 'error' } }),
};

/** A message is told in fewer ways than a delta, and what it repeats counts as often as it is told. */
const message: Shape = {
  members: members({
    content: { string: 'text', items: { members: members({ text, refusal: text, thinking }) } },
    refusal: text,
    reasoning: text,
    reasoning_content: text,
    tool_calls: { items: { members: members({ function: call, custom: call }) } },
    function_call: { members: members({ name: text, arguments: text }) },
    audio: { members: members({ data: media }) },
    images: { items: { members: members({ image_url: { members: members({ url: media }) } }) } },
  }),
};
const wholeChat: Shape = {
  members: members({
    choices: { mark: 'choices', items: { members: members({ message, finish_reason: { string: 'finish' } }) } },
    usage: { mark: 'usage' },
    service_tier: { mark: 'service-tier' },
    x_groq: { mark: 'odd' },
    error: { mark: 'error' },
  }),
};

class DeltaMeasure {
  readonly #skipper: JsonSkipper;
  readonly #shape: Shape;
  #hasCitation = false;
  #textBytes = 0;
  #mediaBytes = 0;
  #reasoning = 0;
  #reasoningContent = 0;
  #reasoningDetails = 0;
  #finish: string | null = null;
  #hasUsage = false;
  #hasError = false;
  #choices = 0;
  /** Where they begin; 0: nowhere yet. */
  #usageAt = 0;
  #serviceTierAt = 0;
  #isOdd = false;

  constructor(data: Uint8Array, shape: Shape) {
    this.#skipper = new JsonSkipper(data, data.length, 64);
    this.#shape = shape;
  }

  /** False for what is not a JSON object. */
  #measure(): boolean {
    const { bytes, end } = this.#skipper;
    const start = this.#skipper.space(0);
    if (start >= end || bytes[start] !== 0x7b) return false;
    const past = this.#walk(start, 1, this.#shape);
    return past >= 0 && this.#skipper.space(past) >= end;
  }

  runWhole(): ChatMeasure | undefined {
    const isPlain = this.#measure() && this.#choices === 1 && !this.#isOdd && !this.#hasError;
    if (!isPlain || this.#finish === null) return undefined;
    return {
      outputBytes: this.#textBytes + this.#mediaBytes,
      finish: this.#finish,
      usage: this.#valueAt(this.#usageAt),
      serviceTier: this.#valueAt(this.#serviceTierAt),
    };
  }

  /** Of bytes that were judged. */
  #valueAt(start: number): Uint8Array | undefined {
    if (start === 0) return undefined;
    return this.#skipper.bytes.subarray(start, this.#skipper.value(start, 2));
  }

  run(): ChatDelta {
    if (!this.#measure()) return noDelta;
    const outputBytes = this.#textBytes + this.#mediaBytes;
    return {
      valid: true,
      content: outputBytes > 0 || this.#hasCitation,
      outputBytes,
      mediaBytes: this.#mediaBytes,
      finish: this.#finish,
      hasUsage: this.#hasUsage,
      hasError: this.#hasError,
    };
  }

  #walk(at: number, depth: number, shape: Shape): number {
    const skipper = this.#skipper;
    const first = at < skipper.end ? (skipper.bytes[at] as number) : 0;
    if (shape.mark !== undefined) this.#note(shape.mark, first, at);
    if (first === 0x22 && shape.string !== undefined) return this.#string(at, shape.string);
    if (first === 0x5b && shape.items !== undefined) return this.#items(at, depth, shape.items);
    if (first !== 0x7b || shape.members === undefined) return skipper.value(at, depth);
    const past = this.#members(at, depth, shape.members);
    if (shape.mark === 'delta') this.#addReasoning();
    return past;
  }

  #members(at: number, depth: number, shapes: NameTable<Shape>): number {
    const skipper = this.#skipper;
    const { bytes, end } = skipper;
    let i = skipper.space(at + 1);
    if (i < end && bytes[i] === 0x7d) return i + 1;
    for (;;) {
      if (i >= end || bytes[i] !== 0x22) return ~i;
      const keyStart = i + 1;
      skipper.sawEscape = false;
      const keyEnd = skipper.string(i);
      if (keyEnd < 0) return keyEnd;
      i = skipper.colon(keyEnd);
      if (i < 0) return i;
      const shape = skipper.sawEscape
        ? shapes.findEscaped(bytes, keyStart, keyEnd - 1)
        : shapes.find(bytes, keyStart, keyEnd - 1);
      i = shape === null ? skipper.value(i, depth + 1) : this.#walk(i, depth + 1, shape);
      if (i < 0) return i;
      i = skipper.space(i);
      if (i >= end) return ~i;
      if (bytes[i] === 0x7d) return i + 1;
      if (bytes[i] !== 0x2c) return ~i;
      i = skipper.space(i + 1);
    }
  }

  #items(at: number, depth: number, shape: Shape): number {
    const skipper = this.#skipper;
    const { bytes, end } = skipper;
    let i = skipper.space(at + 1);
    if (i < end && bytes[i] === 0x5d) return i + 1;
    for (;;) {
      i = this.#walk(i, depth + 1, shape);
      if (i < 0) return i;
      i = skipper.space(i);
      if (i >= end) return ~i;
      if (bytes[i] === 0x5d) return i + 1;
      if (bytes[i] !== 0x2c) return ~i;
      i = skipper.space(i + 1);
    }
  }

  #note(mark: Mark, first: number, at: number): void {
    const skipper = this.#skipper;
    switch (mark) {
      case 'usage':
        if (first === 0x7b) this.#hasUsage = true;
        this.#isOdd ||= this.#usageAt > 0;
        this.#usageAt = at;
        return;
      case 'service-tier':
        this.#isOdd ||= this.#serviceTierAt > 0;
        this.#serviceTierAt = at;
        return;
      case 'choices':
        this.#choices += first === 0x5b ? 1 : 2;
        return;
      case 'odd':
        this.#isOdd = true;
        return;
      case 'error':
        if (first !== 0x6e) this.#hasError = true;
        return;
      case 'citations': {
        const item = skipper.space(at + 1);
        if (first === 0x5b && item < skipper.end && skipper.bytes[item] !== 0x5d) this.#hasCitation = true;
        return;
      }
      case 'delta':
        this.#reasoning = 0;
        this.#reasoningContent = 0;
        this.#reasoningDetails = 0;
    }
  }

  #string(at: number, role: Role): number {
    const skipper = this.#skipper;
    skipper.sawEscape = false;
    const past = skipper.string(at);
    if (past < 0) return past;
    if (past === at + 2) {
      // No reason in a chunk; in a whole answer it is one that nobody knows.
      if (role === 'finish') this.#isOdd = true;
      return past;
    }
    if (role === 'finish') {
      this.#finish ??= decodeString(skipper.bytes, at, past);
      return past;
    }
    this.#count(role, skipper.sawEscape ? decodedBytes(skipper.bytes, at, past) : past - at - 2);
    return past;
  }

  #count(role: Exclude<Role, 'finish'>, bytes: number): void {
    switch (role) {
      case 'text':
        this.#textBytes += bytes;
        return;
      case 'media':
        this.#mediaBytes += bytes;
        return;
      case 'reasoning':
        this.#reasoning += bytes;
        return;
      case 'reasoning-content':
        this.#reasoningContent += bytes;
        return;
      case 'reasoning-details':
        this.#reasoningDetails += bytes;
    }
  }

  /** OpenRouter and vLLM tell the same reasoning in two or three fields of one delta. */
  #addReasoning(): void {
    this.#textBytes += Math.max(this.#reasoning, this.#reasoningContent, this.#reasoningDetails);
  }
}

function decodeString(bytes: Uint8Array, at: number, past: number): string {
  const literal = Buffer.from(bytes.buffer, bytes.byteOffset + at, past - at).toString('utf8');
  return literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
}

/** UTF-8 bytes of a string's text. Half of a surrogate pair, alone, counts as the replacement character. */
function decodedBytes(bytes: Uint8Array, at: number, past: number): number {
  let count = 0;
  for (let i = at + 1; i < past - 1; ) {
    if (bytes[i] !== 0x5c) {
      i++;
      count++;
    } else if (bytes[i + 1] !== 0x75) {
      i += 2;
      count++;
    } else {
      const code = fourHexDigits(bytes, i + 2);
      i += 6;
      const isPair = (code & 0xfc00) === 0xd800 && bytes[i] === 0x5c && bytes[i + 1] === 0x75;
      if (isPair && (fourHexDigits(bytes, i + 2) & 0xfc00) === 0xdc00) {
        i += 6;
        count += 4;
      } else count += code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
    }
  }
  return count;
}
