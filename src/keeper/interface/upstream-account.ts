import type { CloudAccess } from '#core/routing/cloud-access.ts';
import type { CloudName } from '#core/routing/endpoint.ts';

/** How an upstream that was added while Fairlead runs is asked. Credentials: it goes over the private socket, to gateways alone. */
export type UpstreamAccount = {
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKeys: readonly string[];
  readonly cloud?: CloudName | undefined;
  readonly cloudAccess?: CloudAccess | undefined;
};
