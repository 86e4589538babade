import type { Upstream } from './endpoint.ts';

/**
 * To whom an answer is owed: the seller of the upstream, or its provider where the operator has the account. Undefined:
 * to nobody, since the operator's own machines gave it, or the caller's own provider key paid for it.
 */
export function payeeOf({ name, seller, type }: Pick<Upstream, 'name' | 'seller' | 'type'>): string | undefined {
  if (seller !== operator) return `seller:${seller}`;
  return type === 'sandbox' || type === 'self_hosted' || type === 'customer_key' ? undefined : `provider:${name}`;
}

const operator = 'operator';
