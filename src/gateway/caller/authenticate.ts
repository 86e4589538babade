import { Fault } from '#core/generation/fault.ts';
import type { Call } from '../call.ts';
import type { Gateway } from '../gateway.ts';
import type { Caller, Found } from './callers.ts';

/** Who calls. One 401 for every key that does not serve; the log knows which. A trouble of ours is never a 401. */
export function authenticate(call: Call, gateway: Gateway): Caller | Promise<Caller> {
  if (call.secret === undefined) return judge({ state: 'malformed' }, call, gateway);
  const cached = gateway.callers.cached(call.secret, call.at);
  if (cached) return judge(cached, call, gateway);
  return gateway.callers.find(call.secret, call.at).then((found) => judge(found, call, gateway));
}

function judge(found: Found, call: Call, gateway: Gateway): Caller {
  switch (found.state) {
    case 'known':
      if (found.caller.role === 'management') throw new Fault('not-allowed');
      refuseFromElsewhere(found.caller, call, gateway);
      return found.caller;
    case 'no-keeper':
      throw new Fault('not-ready', { why: 'keys cannot be looked up' });
    case 'restricted':
      throw new Fault('processing-restricted');
    case 'unknown':
    case 'disabled':
    case 'expired':
    case 'malformed':
      gateway.log('key-refused', { generation: call.generation, reason: found.state });
      throw new Fault('key-refused');
  }
}

/** Where nobody can say from where a request comes, a key that is bound to addresses does not serve. */
function refuseFromElsewhere({ addresses }: Caller, { origin, generation }: Call, gateway: Gateway): void {
  if (addresses === undefined || origin?.isIn(addresses)) return;
  gateway.log('key-refused', { generation, reason: 'address' });
  throw new Fault('address-not-allowed');
}
