import type { Route } from './route.ts';

const own = '/api/v1/privacy/deletion';
const workspace = '/api/v1/workspace/deletion';

/** The part of the table of routes that closes accounts and deletes workspaces. Pure data. */
export const deletionRows = {
  'deletion-preview': {
    ...{ method: 'GET', path: `${own}/preview`, needs: 'person' },
    does: 'What closing the own account would mean: dates, workspaces that go along, money that is left.',
  },
  'deletion-show': {
    ...{ method: 'GET', path: own, needs: 'person' },
    does: 'The deletion of the own account that is asked for, or null.',
  },
  'deletion-open': {
    ...{ method: 'POST', path: own, needs: 'person', body: 'deletion', proof: true, ownLog: true },
    does: 'Closes the own account, with the workspaces that are named; within 14 days it can be taken back.',
  },
  'deletion-cancel': {
    ...{ method: 'DELETE', path: own, needs: 'person', ownLog: true },
    does: 'Takes the deletion of the own account back.',
  },
  'deletion-status': {
    ...{ method: 'GET', path: '/api/v1/privacy/deletions/:id', needs: 'anybody' },
    does: 'How far a deletion is, and its receipt, for whoever knows its id.',
  },
  'workspace-deletion-preview': {
    ...{ method: 'GET', path: `${workspace}/preview`, needs: { workspace: 'workspace.delete' } },
    does: 'What deleting the workspace would mean.',
  },
  'workspace-deletion-show': {
    ...{ method: 'GET', path: workspace, needs: { workspace: 'workspace.delete' } },
    does: 'The deletion of the workspace that is asked for, or null.',
  },
  'workspace-deletion-open': {
    ...{ method: 'POST', path: workspace, needs: { workspace: 'workspace.delete' }, proof: true },
    does: 'Stops all keys of the workspace and deletes it; within 14 days it can be taken back.',
  },
  'workspace-deletion-cancel': {
    ...{ method: 'DELETE', path: workspace, needs: { workspace: 'workspace.delete' } },
    does: 'Takes the deletion of the workspace back.',
  },
} as const satisfies Readonly<Record<string, Route>>;
