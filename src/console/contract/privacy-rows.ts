import type { Route } from './route.ts';

/** The part of the table of routes that is about privacy: what people and workspaces may ask. Pure data. */
export const privacyRows = {
  'policy-acceptance-list': {
    ...{ method: 'GET', path: '/api/v1/privacy/acceptances', needs: { workspace: 'policy.read' } },
    does: 'Which versions of the policy the workspace accepted.',
  },
  'policy-accept': {
    ...{
      method: 'POST',
      path: '/api/v1/privacy/acceptances',
      needs: { workspace: 'policy.accept' },
      body: 'policy-version',
    },
    does: 'Accepts a version of the policy for the workspace.',
  },
  'privacy-evidence': {
    ...{ method: 'GET', path: '/api/v1/privacy/evidence', needs: { workspace: 'policy.read' } },
    does: 'What was accepted, and how data is handled now, as one document.',
  },
  'privacy-held': {
    ...{ method: 'GET', path: '/api/v1/privacy/held', needs: 'person' },
    does: 'What is kept about oneself: kinds, how many rows, what for, how long.',
  },
  'privacy-request-list': {
    ...{ method: 'GET', path: '/api/v1/privacy/requests', needs: 'person' },
    does: 'The own requests about privacy, each with its due date.',
  },
  'privacy-request-open': {
    ...{ method: 'POST', path: '/api/v1/privacy/requests', needs: 'person', body: 'rights-request', ownLog: true },
    does: 'Asks what a person must answer.',
  },
  'privacy-request-withdraw': {
    ...{ method: 'DELETE', path: '/api/v1/privacy/requests/:id', needs: 'person', ownLog: true },
    does: 'Takes an open request back.',
  },
  'privacy-copy-list': {
    ...{ method: 'GET', path: '/api/v1/privacy/copies', needs: 'person' },
    does: 'Copies of the own data: state, size, until when.',
  },
  'privacy-copy-order': {
    ...{ method: 'POST', path: '/api/v1/privacy/copies', needs: 'person', proof: true, ownLog: true },
    does: 'Asks for a copy of all that is kept about oneself; one a day.',
  },
  'privacy-copy-fetch': {
    ...{ method: 'GET', path: '/api/v1/privacy/copies/:id', needs: 'person', proof: true },
    does: 'The copy, a ZIP archive, for seven days.',
  },
  'privacy-correct': {
    ...{ method: 'POST', path: '/api/v1/privacy/corrections', needs: 'person', body: 'correction', ownLog: true },
    does: 'Corrects the own name, at once.',
  },
  'privacy-restriction': {
    ...{ method: 'GET', path: '/api/v1/privacy/restriction', needs: 'person' },
    does: 'What the person restricted or objected to.',
  },
  'privacy-restrict': {
    ...{
      method: 'PUT',
      path: '/api/v1/privacy/restriction',
      needs: 'person',
      body: 'restriction',
      proof: true,
      ownLog: true,
    },
    does: 'Restricts all processing but storing, or lifts that.',
  },
  'privacy-object': {
    ...{ method: 'PUT', path: '/api/v1/privacy/objections', needs: 'person', body: 'objection', ownLog: true },
    does: 'Objects to an activity that rests on a legitimate interest, or no longer.',
  },
  'workspace-restriction': {
    ...{ method: 'GET', path: '/api/v1/privacy/workspace-restriction', needs: { workspace: 'policy.read' } },
    does: 'Whether the workspace is restricted.',
  },
  'workspace-restrict': {
    ...{
      method: 'PUT',
      path: '/api/v1/privacy/workspace-restriction',
      needs: { workspace: 'workspace.restrict' },
      body: 'restriction',
      proof: true,
    },
    does: 'Restricts all processing for the workspace but storing, or lifts that.',
  },
  'end-user-list': {
    ...{ method: 'GET', path: '/api/v1/privacy/end-users', needs: { workspace: 'end-users.serve' } },
    does: 'End users who are restricted, by pseudonym.',
  },
  'end-user-show': {
    ...{
      method: 'POST',
      path: '/api/v1/privacy/end-users/access',
      needs: { workspace: 'end-users.serve' },
      body: 'end-user',
      proof: true,
    },
    does: 'What is kept about one end user.',
  },
  'end-user-erase': {
    ...{
      method: 'POST',
      path: '/api/v1/privacy/end-users/deletion',
      needs: { workspace: 'end-users.serve' },
      body: 'end-user',
      proof: true,
    },
    does: 'Deletes what is kept about one end user.',
  },
  'end-user-restrict': {
    ...{
      method: 'PUT',
      path: '/api/v1/privacy/end-users/restriction',
      needs: { workspace: 'end-users.serve' },
      body: 'end-user-restriction',
      proof: true,
    },
    does: 'Restricts one end user, or lifts that.',
  },
} as const satisfies Readonly<Record<string, Route>>;

/** What the privacy desk of the operator does. */
export const deskRows = {
  'desk-request-list': {
    ...{ method: 'GET', path: '/api/v1/operator/privacy/requests', needs: { operator: 'operate.privacy' } },
    does: 'What people asked about their data, with its clocks.',
  },
  'desk-identity': {
    ...{
      method: 'POST',
      path: '/api/v1/operator/privacy/requests/:id/identity',
      needs: { operator: 'operate.privacy' },
      body: 'case-identity',
      proof: true,
    },
    does: 'Finds out who asks: by a letter to the address, or by hand.',
  },
  'desk-close': {
    ...{
      method: 'POST',
      path: '/api/v1/operator/privacy/requests/:id/close',
      needs: { operator: 'operate.privacy' },
      body: 'case-outcome',
      proof: true,
    },
    does: 'Closes a request; what was written goes.',
  },
} as const satisfies Readonly<Record<string, Route>>;
