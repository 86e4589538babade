import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import { malformed, RequestBody } from '../native-surface/request-body.ts';
import { openaiChat } from '../openai-chat/openai-chat.ts';
import { openaiCompletions } from '../openai-completions/openai-completions.ts';
import { plainEmbeddings } from '../openai-embeddings/dialect.ts';
import { openaiModerations } from '../openai-moderations/openai-moderations.ts';
import { openaiResponses } from '../openai-responses/openai-responses.ts';
import type { Protocol, RequestFacts } from '../protocol.ts';
import { storedReferences } from '../stored-reference.ts';

const newline = 10;
/** As large as a body that comes by itself. */
const lineBytesMax = 32 * 1024 * 1024;

/** What a line may ask for: each is read as a request that comes by itself. */
const surfaces: ReadonlyMap<string, Pick<Protocol, 'readRequest'>> = new Map([
  ['/v1/chat/completions', openaiChat],
  ['/v1/responses', openaiResponses],
  ['/v1/completions', openaiCompletions],
  ['/v1/embeddings', plainEmbeddings],
  ['/v1/moderations', openaiModerations],
]);

/** What leans on something that an upstream keeps: whose it is cannot be seen in hindsight. */
const keptElsewhere = ['previous_response_id', 'conversation', 'prompt', 'background', 'item_reference'] as const;

/** What a line of a batch's file asks for. */
export type BatchLine = { readonly facts: RequestFacts; readonly bodyBytes: number };

/** Cuts what comes in pieces into lines; of a line that is not whole no more than this is kept. */
export class BatchLines {
  #kept: Uint8Array[] = [];
  #keptBytes = 0;

  read(chunk: Uint8Array): readonly Uint8Array[] {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (;;) {
      const found = chunk.indexOf(newline, start);
      if (found < 0) break;
      this.#keep(chunk.subarray(start, found));
      lines.push(...this.end());
      start = found + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The last line, when it has anything in it. */
  end(): readonly Uint8Array[] {
    const line = this.#kept.length === 1 ? this.#kept[0] : Buffer.concat(this.#kept);
    this.#kept = [];
    this.#keptBytes = 0;
    return line?.some((byte) => byte > 32) ? [line] : [];
  }

  #keep(bytes: Uint8Array): void {
    this.#keptBytes += bytes.length;
    if (this.#keptBytes > lineBytesMax) throw malformed('a line of the batch is larger than 32 MiB');
    this.#kept.push(bytes);
  }
}

const members: ReadonlySet<string> = new Set(['url', 'body']);

/** Throws a Fault when it is no request, or one whose cost or owner cannot be told before it runs. */
export function readBatchLine(bytes: Uint8Array, number: number): BatchLine {
  try {
    const line = new RequestBody(bytes, members);
    const surface = surfaces.get(line.text('url') ?? '');
    if (!surface) throw malformed(`"url" is none of ${[...surfaces.keys()].join(', ')}`);
    const { start, end } = line.needed('body');
    const body = bytes.subarray(start, end);
    const facts = surface.readRequest(body, { model: undefined, stream: undefined });
    judgeReferences(facts, body);
    return { facts, bodyBytes: body.length };
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.fault !== 'request-malformed') throw thrown;
    throw malformed(`line ${number} of the batch: ${String(thrown.details.reason)}`);
  }
}

function judgeReferences(facts: RequestFacts, body: Uint8Array): void {
  const named = keptElsewhere.find((name) => facts.spans.has(name));
  if (named !== undefined) throw malformed(`"${named}" names what is kept elsewhere, which no batch may use`);
  // It cannot be sent with the line, as it is with a request that comes by itself.
  if (facts.spans.has('hosted')) throw malformed('its tools run at the upstream: say "max_tool_calls"');
  if (!facts.inputIsOpen || facts.nativeOnly === 'surface') return;
  const { files, hasOthers } = storedReferences(body);
  if (files.size > 0 || hasOthers) throw malformed('a file, a store or a container is named, which no batch may use');
}
