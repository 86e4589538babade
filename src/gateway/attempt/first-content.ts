import type { Deadlines } from '#core/generation/deadlines.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';

type Waits = Pick<Deadlines, 'firstContentMs' | 'failoverMs'>;

/** How long the last endpoint of a plan may take to the first content of a stream. */
export function firstContentMsOf({ firstContentMs }: Endpoint, deadlines: Waits): number {
  return firstContentMs ?? deadlines.firstContentMs;
}

/** The same while another one is left to ask. */
export function failoverMsOf(endpoint: Endpoint, deadlines: Waits): number {
  return Math.min(firstContentMsOf(endpoint, deadlines), endpoint.failoverMs ?? deadlines.failoverMs);
}
