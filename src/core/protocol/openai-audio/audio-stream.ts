import { Buffer } from 'node:buffer';
import type { Fault } from '#core/generation/fault.ts';
import { scanReply, smallObject, textAt } from '../native-surface/whole-reply.ts';
import { encodeStreamFault } from '../openai-chat/encode-fault.ts';
import { codeOf, isDone } from '../openai-chat/read-reply.ts';
import type { EventFacts, ProtocolStream, Shown } from '../protocol.ts';
import type { SseEvent } from '../sse.ts';
import { SpeechMeter } from './speech-meter.ts';
import { heardUsage, spokenUsage } from './usage.ts';

const silent: EventFacts = {
  hasContent: false,
  outputBytes: 0,
  finish: undefined,
  usage: undefined,
  isUsageOnly: false,
  isTerminal: false,
  error: undefined,
};

const wanted: ReadonlySet<string> = new Set(['type', 'usage', 'error', 'delta', 'text', 'audio']);

/** Speech as pieces of audio, or a transcript as pieces of text. The event `….done` is the end of either. */
export class AudioStream implements ProtocolStream {
  readonly #meter: SpeechMeter | undefined;

  constructor(speaks: boolean) {
    this.#meter = speaks ? new SpeechMeter() : undefined;
  }

  get shown(): Shown | undefined {
    return this.#meter?.shown;
  }

  read({ data }: SseEvent): EventFacts {
    if (data === null || data.length === 0 || isDone(data)) return silent;
    const fields = scanReply(data, wanted)?.fields;
    if (!fields) return { ...silent, isMalformed: true };
    const error = fields.get('error');
    if (error && error.kind !== 'null') return { ...silent, error: codeOf(smallObject(data, error)) };
    const type = textAt(data, fields.get('type'));
    if (type === 'error') return { ...silent, error: 'unknown' };
    if (type.endsWith('.done')) {
      const usage = smallObject(data, fields.get('usage'));
      // Silence has no pieces, and is an answer all the same.
      return {
        ...{ ...silent, hasContent: true, finish: 'stop', isTerminal: true },
        usage: this.#meter ? spokenUsage(usage) : heardUsage(usage),
      };
    }
    const audio = fields.get('audio');
    if (this.#meter && audio?.kind === 'string') {
      const bytes = Buffer.from(
        Buffer.from(data.subarray(audio.start + 1, audio.end - 1)).toString('latin1'),
        'base64',
      );
      this.#meter.read(bytes);
      return { ...silent, hasContent: bytes.length > 0, outputBytes: bytes.length };
    }
    const piece = fields.get('delta') ?? fields.get('text');
    const outputBytes = piece?.kind === 'string' ? piece.end - piece.start - 2 : 0;
    return { ...silent, hasContent: outputBytes > 0, outputBytes };
  }

  end(): string {
    return '';
  }

  fault(fault: Fault): string {
    return encodeStreamFault(fault);
  }
}
