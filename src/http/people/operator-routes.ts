import type { Context, Hono } from 'hono';
import type { AuditApi } from '#console/account/audit-api.ts';
import type { Door } from '#console/account/door.ts';
import type { OperatorApi } from '#console/account/operator-api.ts';
import { Rows, withBody } from './rows.ts';

export type OperatorRoutes = { readonly door: Door; readonly operator: OperatorApi; readonly audit: AuditApi };

/** `/api/v1/operator/…`: for whoever runs this Fairlead. */
export function operatorRoutes({ door, operator, audit }: OperatorRoutes): Hono {
  const rows = new Rows(door);
  const id = (context: Context) => context.req.param('id') ?? '';
  rows.forOperators('operator-outbox', () => operator.outbox());
  rows.forOperatorPersons('operator-letter-read', (context, me) => operator.letter(me, id(context)));
  rows.forOperators('operator-workspaces', () => operator.workspaces());
  rows.forOperators('operator-freeze', (context) => operator.freeze(id(context), true));
  rows.forOperators('operator-unfreeze', (context) => operator.freeze(id(context), false));
  rows.forOperators('operator-upstreams', () => operator.upstreams());
  rows.forOperators('operator-upstream-add', (context) =>
    withBody(context, 'upstream', (body) => operator.addUpstream(body)),
  );
  rows.forOperators('operator-upstream-change', (context) =>
    withBody(context, 'upstream-change', (body) => operator.changeUpstream(id(context), body)),
  );
  rows.forOperators('operator-upstream-remove', (context) => operator.removeUpstream(id(context)));
  rows.forOperators('operator-upstream-test', (context) => operator.testUpstream(id(context)));
  rows.forOperators('operator-upstream-accept', (context) => operator.acceptUpstream(id(context)));
  rows.forOperators('operator-price-set', (context) => withBody(context, 'price', (body) => operator.setPrice(body)));
  rows.forOperators('operator-price-list', () => operator.pricesSet());
  rows.forOperators('operator-margin', (context) => operator.margin(context.req.query()));
  rows.forOperators('operator-reconciliation', () => operator.reconciliation());
  rows.forOperators('operator-bills', (context) => operator.bills(id(context)));
  rows.forOperators('operator-endpoints', () => operator.endpoints());
  rows.forOperators('operator-prices', () => operator.prices());
  rows.forOperators('operator-markup', () => operator.markup());
  rows.forOperators('operator-markup-set', (context) =>
    withBody(context, 'markup', (body) => operator.setMarkup(body)),
  );
  rows.forOperators('operator-markup-remove', (context) => operator.removeMarkup(context.req.query()));
  rows.forOperators('operator-wallet-rule', () => operator.walletRule());
  rows.forOperators('operator-health', () => operator.health());
  rows.forOperators('operator-ledger', () => operator.ledger());
  rows.forOperators('operator-late-payments', () => operator.latePayments());
  rows.forOperators('operator-ledger-check', () => operator.ledgerCheck());
  rows.forOperators('operator-jobs', () => operator.jobs());
  rows.forOperators('operator-abuse', () => operator.abuse());
  rows.forOperators('operator-abuse-decide', (context) =>
    withBody(context, 'decision', (body) => operator.decide(id(context), body)),
  );
  rows.forOperators('operator-audit', (context) => audit.page('operator', context.req.query()));
  rows.forOperators('operator-audit-export', (context) => audit.export('operator', context.req.query()));
  rows.forOperators('operator-roles', () => operator.operators());
  rows.forOperatorPersons('operator-role-grant', (context) =>
    withBody(context, 'operator', (body) => operator.grant(body)),
  );
  rows.forOperatorPersons('operator-role-remove', (context) =>
    operator.removeRole(id(context), context.req.param('role') ?? ''),
  );
  return rows.app;
}
