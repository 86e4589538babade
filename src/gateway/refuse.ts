import { Buffer } from 'node:buffer';
import { asFault } from '#core/generation/fault.ts';
import type { Call } from './call.ts';
import type { Gateway } from './gateway.ts';
import { idHeaders, retryHeaders } from './reply-headers.ts';

/** Tells the caller what went wrong, in its own dialect, while no byte was sent. */
export function refuse(call: Call, thrown: unknown, gateway: Gateway, extra: readonly string[] = []): void {
  const fault = asFault(thrown);
  if (fault.fault === 'internal') logCrash(call, thrown, gateway);
  gateway.meters.refused(fault.fault);
  // Too late to say so: the caller must not take what it got for whole.
  if (call.reply.hasHead) return call.reply.reset();
  const { status, body } = call.protocol.encodeFault(fault, call.generation);
  const bytes = Buffer.from(body);
  const headers = [...idHeaders(call), ...retryHeaders(fault), ...extra];
  headers.push('content-type', 'application/json', 'content-length', String(bytes.length), 'cache-control', 'no-store');
  call.reply.head(status, headers);
  call.reply.end(bytes);
}

/** What may be told of an error of ours: its class and where it was thrown, never its message. */
export function logCrash(call: Call, thrown: unknown, gateway: Gateway): void {
  const isError = thrown instanceof Error;
  const frame = isError ? (thrown.stack?.split('\n').find((line) => line.trimStart().startsWith('at ')) ?? '') : '';
  gateway.log('generation-crashed', {
    generation: call.generation,
    fault: isError ? thrown.name : typeof thrown,
    where: frame.trim().slice(0, 300),
  });
}
