import type { Route } from './route.ts';

/** The part of the table of routes that is about the agreement on processing. Pure data. */
export const agreementRows = {
  'agreement-show': {
    ...{ method: 'GET', path: '/api/v1/agreement', needs: { workspace: 'policy.read' } },
    does: 'The agreement on processing that holds now, and what the workspace accepted.',
  },
  'agreement-accept': {
    ...{ method: 'POST', path: '/api/v1/agreement', needs: { workspace: 'agreement.accept' }, proof: true },
    body: 'agreement',
    does: 'Accepts it for the workspace, in the words that /legal/dpa shows.',
  },
} as const satisfies Readonly<Record<string, Route>>;
