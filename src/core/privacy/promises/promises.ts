import { balancerData } from './balancer-data.ts';
import { balancerRights } from './balancer-rights.ts';
import { balancerUse } from './balancer-use.ts';
import { gatewayRows } from './gateway-rows.ts';
import type { PromiseRow } from './promise-row.ts';

/**
 * Every sentence that the two policies Fairlead was founded on promise, with the control that keeps it and the tests that
 * prove it. `npm run promises` runs them, /trust shows them, and a row without a control says so.
 */
export const promises: readonly PromiseRow[] = [...balancerData, ...balancerUse, ...balancerRights, ...gatewayRows];
