import { Buffer } from 'node:buffer';
import { asFault, type Fault } from '#core/generation/fault.ts';
import type { Plan } from '#core/routing/plan.ts';
import type { Call } from './call.ts';
import type { Gateway } from './gateway.ts';
import type { Generation } from './generation.ts';
import { explainHeader, metadataOf } from './plan/explain.ts';
import { planBehind } from './plan/nothing-left.ts';
import { idHeaders, retryHeaders } from './relay/reply-headers.ts';

/** A plan that came to nothing, and what was tried of it. */
export type Tried = Pick<Generation, 'attempts'> & { readonly plan: Plan; readonly asked: string };

/** Tells the caller what went wrong, in its own dialect, while no byte was sent. */
export function refuse(
  call: Call,
  thrown: unknown,
  gateway: Gateway,
  { extra = [], tried }: { readonly extra?: readonly string[]; readonly tried?: Tried } = {},
): void {
  const fault = asFault(thrown);
  if (fault.fault === 'internal') logCrash(call, thrown, gateway);
  gateway.meters.refused(fault.fault);
  // Too late to say so: the caller must not take what it got for whole.
  if (call.reply.hasHead) return call.reply.reset();
  const { status, body } = call.protocol.encodeFault(fault, call.generation);
  const { explains, tellsRouting } = call.options;
  const told = tried ?? toldBy(fault);
  const isTold = told !== undefined && tellsRouting && call.readsExtras && status !== 500;
  const bytes = Buffer.from(isTold ? withMetadata(body, told) : body);
  const headers = [...idHeaders(call), ...retryHeaders(fault), ...extra];
  if (gateway.contact !== undefined) headers.push('x-fairlead-support', gateway.contact);
  if (told && explains) headers.push('x-fairlead-explain', explainHeader(told));
  headers.push('content-type', 'application/json', 'content-length', String(bytes.length), 'cache-control', 'no-store');
  call.reply.head(status, headers);
  call.reply.end(bytes);
}

function toldBy(fault: Fault): Tried | undefined {
  const plan = planBehind(fault);
  return plan && { plan, attempts: [], asked: plan.model.id };
}

/** Beside `error`, as OpenRouter has it. Our own bytes. */
function withMetadata(body: string, told: Tried): string {
  return JSON.stringify({ ...JSON.parse(body), openrouter_metadata: metadataOf(told, told.asked, undefined) });
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
