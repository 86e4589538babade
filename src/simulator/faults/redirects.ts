import type { Step } from '../step.ts';
import type { FaultCall, FaultMode } from './fault-mode.ts';
import { sayBody } from './fault-mode.ts';

const counted = 'who follows it is counted in /simulator/stats.';

export const redirectFaults: readonly FaultMode[] = [
  { mode: 'redirect', what: `Answers 302; ${counted}`, play: (call) => playRedirect(call, 302) },
  ...[301, 303, 307, 308].map((status) => ({
    mode: `redirect-${status}`,
    what: `Answers ${status}; ${counted}`,
    play: (call: FaultCall) => playRedirect(call, status),
  })),
  {
    mode: 'redirect-cross',
    what: `Answers 307 to another origin; ${counted}`,
    play: ({ origin }) => redirectTo(307, origin.replace('127.0.0.1', 'localhost')),
  },
  {
    mode: 'redirect-self',
    what: 'Answers 308 to the very address that was asked, for ever.',
    play: () => sayBody(308, { location: '', 'content-type': 'text/plain' }, 'Permanent Redirect\n'),
  },
];

function playRedirect({ origin }: FaultCall, status: number): Step[] {
  return redirectTo(status, origin);
}

function redirectTo(status: number, origin: string): Step[] {
  return sayBody(status, { location: `${origin}/simulator/elsewhere`, 'content-type': 'text/plain' }, 'Found\n');
}
