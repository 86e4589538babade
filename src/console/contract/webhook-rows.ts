import type { Route } from './route.ts';

const own = '/api/v1/webhooks';
const operators = '/api/v1/operator/webhooks';

/** The part of the table of routes about addresses that a workspace has told of what happens. Pure data. */
export const webhookRows = {
  'webhook-list': {
    ...{ method: 'GET', path: own, needs: { workspace: 'webhooks.change' } },
    does: 'Webhooks, and the events that there are.',
  },
  'webhook-add': {
    ...{ method: 'POST', path: own, needs: { workspace: 'webhooks.change' }, body: 'webhook', proof: true },
    does: 'Has an address told of events; its secret is shown once.',
  },
  'webhook-change': {
    ...{ method: 'PATCH', path: `${own}/:id`, needs: { workspace: 'webhooks.change' }, body: 'webhook-change' },
    proof: true,
    does: 'Changes address or events, or disables it.',
  },
  'webhook-remove': {
    ...{ method: 'DELETE', path: `${own}/:id`, needs: { workspace: 'webhooks.change' } },
    does: 'Removes it, and what it was told.',
  },
  'webhook-rotate': {
    ...{ method: 'POST', path: `${own}/:id/rotate`, needs: { workspace: 'webhooks.change' }, proof: true },
    does: 'A new secret, shown once; the old one signs as well for a day.',
  },
  'webhook-test': {
    ...{ method: 'POST', path: `${own}/:id/test`, needs: { workspace: 'webhooks.change' } },
    does: 'Sends it a message now.',
  },
  'webhook-deliveries': {
    ...{ method: 'GET', path: `${own}/:id/deliveries`, needs: { workspace: 'webhooks.change' } },
    does: 'What it was told, the newest first, and what it answered.',
  },
  'webhook-again': {
    ...{ method: 'POST', path: `${own}/:id/deliveries/:delivery/again` },
    needs: { workspace: 'webhooks.change' },
    does: 'Sends one of them again.',
  },
} as const satisfies Readonly<Record<string, Route>>;

/** The same of the operator's own, who hears of what concerns all of this Fairlead; and letters about outages. */
export const operatorWebhookRows = {
  'operator-webhook-list': {
    ...{ method: 'GET', path: operators, needs: { operator: 'operate.webhooks' } },
    does: 'Webhooks of the operator, and the events that there are.',
  },
  'operator-webhook-add': {
    ...{ method: 'POST', path: operators, needs: { operator: 'operate.webhooks' }, body: 'webhook', proof: true },
    does: 'Has an address told of events; its secret is shown once.',
  },
  'operator-webhook-change': {
    ...{ method: 'PATCH', path: `${operators}/:id`, needs: { operator: 'operate.webhooks' }, body: 'webhook-change' },
    proof: true,
    does: 'Changes address or events, or disables it.',
  },
  'operator-webhook-remove': {
    ...{ method: 'DELETE', path: `${operators}/:id`, needs: { operator: 'operate.webhooks' } },
    does: 'Removes it, and what it was told.',
  },
  'operator-webhook-rotate': {
    ...{ method: 'POST', path: `${operators}/:id/rotate`, needs: { operator: 'operate.webhooks' }, proof: true },
    does: 'A new secret, shown once; the old one signs as well for a day.',
  },
  'operator-webhook-test': {
    ...{ method: 'POST', path: `${operators}/:id/test`, needs: { operator: 'operate.webhooks' } },
    does: 'Sends it a message now.',
  },
  'operator-webhook-deliveries': {
    ...{ method: 'GET', path: `${operators}/:id/deliveries`, needs: { operator: 'operate.webhooks' } },
    does: 'What it was told, the newest first, and what it answered.',
  },
  'operator-webhook-again': {
    ...{ method: 'POST', path: `${operators}/:id/deliveries/:delivery/again` },
    needs: { operator: 'operate.webhooks' },
    does: 'Sends one of them again.',
  },
  'operator-letters-show': {
    byPerson: true,
    ...{ method: 'GET', path: '/api/v1/operator/outage-letters', needs: { operator: 'operate.read' } },
    does: 'Whether the own address gets a letter about each outage.',
  },
  'operator-letters-set': {
    byPerson: true,
    ...{ method: 'PUT', path: '/api/v1/operator/outage-letters', needs: { operator: 'operate.read' } },
    body: 'outage-letters',
    does: 'Wants such letters, or no more.',
  },
} as const satisfies Readonly<Record<string, Route>>;
