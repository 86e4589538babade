import { readExtras } from '#core/protocol/openrouter/extras.ts';
import { readProviderRules } from '#core/routing/read-provider-rules.ts';
import type { Decoded } from '../attempt/passage.ts';
import type { Call } from '../call.ts';

/** The suffix of a model that comes with a search of the web. */
const searched = ':online';

/** The few fields that the next stages need, judged; throws a Fault when the body is malformed. */
export function decode(call: Call, body: Uint8Array): Decoded {
  const { protocol, address } = call;
  const extras = call.readsExtras ? readExtras(body) : undefined;
  if (!extras) {
    const facts = protocol.readRequest(body, address);
    return { body, facts: facts.model.includes(searched) ? { ...facts, inputIsOpen: true } : facts, extras: undefined };
  }
  const facts = protocol.readRequest(extras.body, address);
  const { models, needsOpenRouter, asksReasoning } = extras;
  const whole = { body: extras.whole, facts: protocol.readRequest(extras.whole, address) };
  const rules = readProviderRules(extras.provider);
  const withExtras = { ...whole, models, needsOpenRouter, asksReasoning, rules };
  // What plugins and searches find and put into the prompt, the bytes do not show.
  const isOpen = needsOpenRouter || [facts.model, ...models].some((name) => name.includes(searched));
  const open = isOpen ? { ...facts, inputIsOpen: true } : facts;
  return { body: extras.body, facts: open, extras: withExtras };
}
