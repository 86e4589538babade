import type { Route } from './route.ts';

const operate = '/api/v1/operator';

/** Windows in which requests of a workspace can be looked into: rows of the table of routes, which judges them. */
export const inspectionRoutes = {
  'inspection-list': {
    ...{ method: 'GET', path: '/api/v1/inspections', needs: { workspace: 'inspections.read' } },
    does: 'Windows in which the operator may look into requests: who, why, when, and each look.',
  },
  'inspection-answer': {
    ...{
      method: 'POST',
      path: '/api/v1/inspections/:id/answer',
      needs: { workspace: 'inspections.answer' },
      body: 'consent',
      proof: true,
    },
    does: 'Consents to a window that the operator asks for, or refuses it.',
  },
  'inspection-stop': {
    ...{ method: 'POST', path: '/api/v1/inspections/:id/stop', needs: { workspace: 'inspections.answer' } },
    does: 'Ends a window at once.',
  },
  'operator-inspections': {
    ...{ method: 'GET', path: `${operate}/inspections`, needs: { operator: 'operate.inspect' } },
    does: 'Inspection windows of all workspaces.',
  },
  'operator-inspection-propose': {
    byPerson: true,
    ...{
      method: 'POST',
      path: `${operate}/inspections`,
      needs: { operator: 'operate.inspect' },
      body: 'inspection',
      proof: true,
    },
    does: 'Asks for a window on one workspace.',
  },
  'operator-inspection-confirm': {
    byPerson: true,
    ...{
      method: 'POST',
      path: `${operate}/inspections/:id/confirm`,
      needs: { operator: 'operate.inspect' },
      proof: true,
    },
    does: 'Confirms a window that another person asked for.',
  },
  'operator-inspection-close': {
    byPerson: true,
    ...{ method: 'POST', path: `${operate}/inspections/:id/close`, needs: { operator: 'operate.inspect' } },
    does: 'Ends a window, or takes it back.',
  },
  'operator-inspection-captures': {
    byPerson: true,
    ...{ method: 'GET', path: `${operate}/inspections/:id`, needs: { operator: 'operate.inspect' } },
    does: 'One window, and the requests that were sealed in it, without their content.',
  },
  'operator-inspection-look': {
    byPerson: true,
    ...{
      method: 'POST',
      path: `${operate}/inspections/:id/captures/:capture`,
      needs: { operator: 'operate.inspect' },
      proof: true,
    },
    does: 'One request and its answer, for one of the two persons of the window; the look is written down first.',
  },
} as const satisfies Readonly<Record<string, Route>>;
