import { readExtras } from '#core/protocol/openrouter/extras.ts';
import type { Call } from './call.ts';
import type { Decoded } from './passage.ts';

/** The few fields that the next stages need, judged; throws a Fault when the body is malformed. */
export function decode(call: Call, body: Uint8Array): Decoded {
  const { protocol, address } = call;
  const extras = call.readsExtras ? readExtras(body) : undefined;
  if (!extras) return { body, facts: protocol.readRequest(body, address), extras: undefined };
  const facts = protocol.readRequest(extras.body, address);
  const { models, needsOpenRouter, asksReasoning } = extras;
  const whole = protocol.readRequest(body, address);
  return { body: extras.body, facts, extras: { body, facts: whole, models, needsOpenRouter, asksReasoning } };
}
