import { sessionOf } from '#core/protocol/session-of.ts';
import { findAsked } from '#core/routing/asked-model.ts';
import { autoWishes } from '#core/routing/auto-models.ts';
import { flatPricesOf } from '#core/routing/flat-prices.ts';
import type { Decoded } from '../attempt/passage.ts';
import type { Call } from '../call.ts';
import type { Gateway } from '../gateway.ts';
import type { SessionKey } from '../plan/affinity-table.ts';
import { isChat } from '../plan/is-chat.ts';
import type { Caller } from './callers.ts';

type Asked = { readonly call: Call; readonly caller: Caller; readonly decoded: Decoded };

/** By what later requests of the same conversation are known; undefined where it makes no difference who serves them. */
export function conversationOf({ call, caller, decoded }: Asked, gateway: Gateway): SessionKey | undefined {
  const { facts, extras, body } = decoded;
  const asked = findAsked(gateway.catalogue, facts.model);
  const rules = extras?.rules;
  const model = autoWishes(facts.model, gateway.catalogue) ? facts.model : asked?.model.id;
  // Where no cache makes anything cheaper, nobody is better than another.
  const isFree =
    asked === undefined ||
    (asked.model.endpoints.length > 1 && asked.named === undefined && flatPricesOf(asked.model).hasCachePrice);
  // Whoever names an order, or what to go by, gets that.
  const isOrdered = rules !== undefined && (rules.order.length > 0 || (rules.sort && rules.sort.by !== 'price'));
  if (model === undefined || !isFree || isOrdered || !isChat(call, facts)) return undefined;
  const session = sessionOf({
    body: extras?.body ?? body,
    protocol: call.protocol.name,
    given: call.options.session,
    spans: (extras?.facts ?? facts).spans,
  });
  return session && gateway.affinities.keyOf(caller.workspace, model, session);
}
