import type { Route } from './route.ts';

const operate = '/api/v1/operator';

/** What whoever runs this Fairlead may ask, for all of it. */
export const operatorRoutes = {
  'operator-outbox': {
    ...{ method: 'GET', path: `${operate}/outbox`, needs: { operator: 'operate.mail' } },
    does: 'Letters to people: what was sent, or would have been, without their text.',
  },
  'operator-letter-read': {
    byPerson: true,
    ...{ method: 'POST', path: `${operate}/outbox/:id/read`, needs: { operator: 'operate.letters' }, proof: true },
    does: 'The text of one letter; of a letter to an operator, to that one alone.',
  },
  'operator-news': {
    ...{ method: 'GET', path: `${operate}/news`, needs: { operator: 'operate.mail' } },
    does: 'News that were sent by mail, and to how many.',
  },
  'operator-news-send': {
    ...{ method: 'POST', path: `${operate}/news`, needs: { operator: 'operate.letters' }, proof: true, body: 'news' },
    does: 'Writes to everybody who agreed to news by mail, and to nobody else.',
  },
  'operator-workspaces': {
    ...{ method: 'GET', path: `${operate}/workspaces`, needs: { operator: 'operate.read' } },
    does: 'All workspaces.',
  },
  'operator-freeze': {
    ...{
      method: 'POST',
      path: `${operate}/workspaces/:id/freeze`,
      needs: { operator: 'operate.workspaces' },
      proof: true,
    },
    does: 'Stops all keys of a workspace, within a second.',
  },
  'operator-unfreeze': {
    ...{
      method: 'POST',
      path: `${operate}/workspaces/:id/unfreeze`,
      needs: { operator: 'operate.workspaces' },
      proof: true,
    },
    does: 'Lets them work again.',
  },
  'operator-upstreams': {
    ...{ method: 'GET', path: `${operate}/upstreams`, needs: { operator: 'operate.read' } },
    does: 'Upstreams, and which of their endpoints are out.',
  },
  'operator-upstream-add': {
    ...{ method: 'POST', path: `${operate}/upstreams`, needs: { operator: 'operate.upstreams' }, proof: true },
    body: 'upstream',
    does: 'Adds an upstream, in the words of the configuration file.',
  },
  'operator-upstream-change': {
    ...{ method: 'PATCH', path: `${operate}/upstreams/:id`, needs: { operator: 'operate.upstreams' }, proof: true },
    body: 'upstream-change',
    does: 'Changes one that was added; what is left out stays.',
  },
  'operator-upstream-remove': {
    ...{ method: 'DELETE', path: `${operate}/upstreams/:id`, needs: { operator: 'operate.upstreams' }, proof: true },
    does: 'Removes one that was added.',
  },
  'operator-upstream-test': {
    ...{ method: 'POST', path: `${operate}/upstreams/:id/test`, needs: { operator: 'operate.upstreams' } },
    does: 'Sends one real request there, through the gateway.',
  },
  'operator-upstream-accept': {
    ...{
      method: 'POST',
      path: `${operate}/upstreams/:id/accept`,
      needs: { operator: 'operate.upstreams' },
      proof: true,
    },
    does: 'Accepts what it does with data, so that requests go there.',
  },
  'operator-price-set': {
    ...{ method: 'POST', path: `${operate}/prices`, needs: { operator: 'operate.prices' }, body: 'price', proof: true },
    does: 'Sets what an endpoint costs, from now or a day to come on.',
  },
  'operator-price-list': {
    ...{ method: 'GET', path: `${operate}/prices/set`, needs: { operator: 'operate.read' } },
    does: 'Prices that were set.',
  },
  'operator-margin': {
    ...{ method: 'GET', path: `${operate}/margin`, needs: { operator: 'operate.read' } },
    does: 'What endpoints brought and cost: `days=`.',
  },
  'operator-reconciliation': {
    ...{ method: 'GET', path: `${operate}/ledger/reconciliation`, needs: { operator: 'operate.ledger' } },
    does: 'What the last look at all the books found.',
  },
  'operator-bills': {
    ...{ method: 'GET', path: `${operate}/ledger/bills/:id`, needs: { operator: 'operate.ledger' } },
    does: 'Imported bills of an upstream beside our books.',
  },
  'operator-endpoints': {
    ...{ method: 'GET', path: `${operate}/endpoints`, needs: { operator: 'operate.read' } },
    does: 'Endpoints with price and state.',
  },
  'operator-prices': {
    ...{ method: 'GET', path: `${operate}/prices`, needs: { operator: 'operate.read' } },
    does: 'What endpoints cost, and what customers pay.',
  },
  'operator-markup': {
    ...{ method: 'GET', path: `${operate}/markup`, needs: { operator: 'operate.read' } },
    does: 'What customers pay on top.',
  },
  'operator-markup-set': {
    ...{
      method: 'POST',
      path: `${operate}/markup`,
      needs: { operator: 'operate.prices' },
      body: 'markup',
      proof: true,
    },
    does: 'Sets a markup: for all, or a model, a seller, a workspace.',
  },
  'operator-markup-remove': {
    ...{ method: 'DELETE', path: `${operate}/markup`, needs: { operator: 'operate.prices' }, proof: true },
    does: 'Takes a markup away: `model=`, `seller=`, `workspace=`.',
  },
  'operator-health': {
    ...{ method: 'GET', path: `${operate}/health`, needs: { operator: 'operate.read' } },
    does: 'Gateways and upstreams.',
  },
  'operator-wallet-rule': {
    ...{ method: 'GET', path: `${operate}/wallet-rule`, needs: { operator: 'operate.read' } },
    does: 'What a token is worth here, and what that comes to for each workspace that a wallet backs.',
  },
  'operator-ledger': {
    ...{ method: 'GET', path: `${operate}/ledger`, needs: { operator: 'operate.ledger' } },
    does: 'The trial balance.',
  },
  'operator-late-payments': {
    ...{ method: 'GET', path: `${operate}/payments/late`, needs: { operator: 'operate.ledger' } },
    does: 'Payments that came when their workspace was deleted, and what of each is to go back.',
  },
  'operator-ledger-check': {
    ...{ method: 'GET', path: `${operate}/ledger/check`, needs: { operator: 'operate.ledger' } },
    does: 'Proves the books in both directions.',
  },
  'operator-jobs': {
    ...{ method: 'GET', path: `${operate}/jobs`, needs: { operator: 'operate.read' } },
    does: 'Who leads which work; what the nightly work dropped, and when.',
  },
  'operator-abuse': {
    ...{ method: 'GET', path: `${operate}/abuse`, needs: { operator: 'operate.abuse' } },
    does: 'Cases of all workspaces.',
  },
  'operator-abuse-decide': {
    ...{
      method: 'POST',
      path: `${operate}/abuse/:id/decide`,
      needs: { operator: 'operate.abuse' },
      body: 'decision',
      proof: true,
    },
    does: 'Decides a case.',
  },
  'operator-audit': {
    ...{ method: 'GET', path: `${operate}/audit`, needs: { operator: 'operate.audit' } },
    does: 'What operators changed, the newest first.',
  },
  'operator-audit-export': {
    ...{ method: 'GET', path: `${operate}/audit/export`, needs: { operator: 'operate.audit' } },
    does: 'All of it as JSON Lines.',
  },
  'operator-roles': {
    ...{ method: 'GET', path: `${operate}/roles`, needs: { operator: 'operate.roles' } },
    does: 'Who operates this Fairlead, and as what.',
  },
  'operator-role-grant': {
    byPerson: true,
    ...{
      method: 'POST',
      path: `${operate}/roles`,
      needs: { operator: 'operate.roles' },
      body: 'operator',
      proof: true,
    },
    does: 'Gives a role to whoever has an account with this address.',
  },
  'operator-role-remove': {
    byPerson: true,
    ...{ method: 'DELETE', path: `${operate}/roles/:id/:role`, needs: { operator: 'operate.roles' }, proof: true },
    does: 'Takes a role away; one operator always stays.',
  },
} as const satisfies Readonly<Record<string, Route>>;
