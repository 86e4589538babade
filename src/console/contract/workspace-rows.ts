import type { Route } from './route.ts';

const backing = '/api/v1/wallet-rule';
const topUp = '/api/v1/credits/topup';

/** The part of the table of routes by which a workspace says how it is served, and asks for help. */
export const workspaceRows = {
  'settings-show': {
    ...{ method: 'GET', path: '/api/v1/settings', needs: { workspace: 'settings.read' } },
    does: 'How requests of the workspace are routed, and who may serve them.',
  },
  'settings-change': {
    ...{ method: 'PATCH', path: '/api/v1/settings', needs: { workspace: 'settings.change' }, body: 'settings' },
    does: 'Changes that: all of the settings that are named, or none.',
  },
  'topup-show': {
    ...{ method: 'GET', path: topUp, needs: { workspace: 'wallet.read' } },
    does: 'When credit is paid for by itself, and whether a card was kept for that.',
  },
  'topup-change': {
    ...{ method: 'PUT', path: topUp, needs: { workspace: 'wallet.pay' }, body: 'topup', proof: true },
    does: 'Changes that.',
  },
  'backing-show': {
    ...{ method: 'GET', path: backing, needs: { workspace: 'usage.read' } },
    does: 'What a token is worth here, and which wallet backs the workspace.',
  },
  'backing-choose': {
    ...{ method: 'POST', path: backing, needs: { workspace: 'wallet.pay' }, body: 'backing', proof: true },
    does: 'Lets a wallet of the person back the workspace.',
  },
  'backing-remove': {
    ...{ method: 'DELETE', path: backing, needs: { workspace: 'wallet.pay' }, proof: true },
    does: 'Takes that wallet away.',
  },
  'support-list': {
    ...{ method: 'GET', path: '/api/v1/support', needs: 'person' },
    does: 'What the person wrote to the operator.',
  },
  'support-write': {
    ...{ method: 'POST', path: '/api/v1/support', needs: 'person', body: 'support' },
    does: 'Writes to the operator; gives the number of the case.',
  },
} as const satisfies Readonly<Record<string, Route>>;
