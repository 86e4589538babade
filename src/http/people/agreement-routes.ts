import type { Hono } from 'hono';
import type { Door } from '#console/account/door.ts';
import type { AgreementApi } from '#console/agreement/agreement-api.ts';
import { Rows, withBody } from './rows.ts';

/** What a workspace accepted of the agreement on processing. */
export function agreementRoutes(door: Door, agreements: AgreementApi): Hono {
  const rows = new Rows(door);
  rows.inWorkspace('agreement-show', (caller) => agreements.show(caller));
  rows.inWorkspace('agreement-accept', (caller, context) =>
    withBody(context, 'agreement', (body) => agreements.accept(caller, body)),
  );
  return rows.app;
}
