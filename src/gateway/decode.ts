import { readExtras } from '#core/protocol/openrouter/extras.ts';
import { readProviderRules } from '#core/routing/provider-rules.ts';
import type { Call } from './call.ts';
import type { Decoded } from './passage.ts';

/** The few fields that the next stages need, judged; throws a Fault when the body is malformed. */
export function decode(call: Call, body: Uint8Array): Decoded {
  const { protocol, address } = call;
  const extras = call.readsExtras ? readExtras(body) : undefined;
  if (!extras) return { body, facts: protocol.readRequest(body, address), extras: undefined };
  const facts = protocol.readRequest(extras.body, address);
  const { models, needsOpenRouter, asksReasoning } = extras;
  const whole = { body: extras.whole, facts: protocol.readRequest(extras.whole, address) };
  const rules = readProviderRules(extras.provider);
  return { body: extras.body, facts, extras: { ...whole, models, needsOpenRouter, asksReasoning, rules } };
}
