import type { Context, Hono } from 'hono';
import type { Door } from '#console/account/door.ts';
import type { InspectionApi } from '#console/account/inspection-api.ts';
import { Rows, withBody } from './rows.ts';

/** Inspection windows: what workspaces see and answer, what two persons of the operator open and look into. */
export function inspectionRoutes(door: Door, inspections: InspectionApi): Hono {
  const rows = new Rows(door);
  const id = (context: Context) => context.req.param('id') ?? '';
  rows.inWorkspace('inspection-list', (caller) => inspections.ofWorkspace(caller));
  rows.inWorkspace('inspection-answer', (caller, context) =>
    withBody(context, 'consent', (body) => inspections.answer(caller, id(context), body)),
  );
  rows.inWorkspace('inspection-stop', (caller, context) => inspections.stop(caller, id(context)));
  rows.forOperators('operator-inspections', () => inspections.all());
  rows.forOperatorPersons('operator-inspection-propose', (context, me) =>
    withBody(context, 'inspection', (body) => inspections.propose(me, body)),
  );
  rows.forOperatorPersons('operator-inspection-confirm', (context, me) => inspections.confirm(me, id(context)));
  rows.forOperatorPersons('operator-inspection-close', (context, me) => inspections.close(me, id(context)));
  rows.forOperatorPersons('operator-inspection-captures', (context) => inspections.captures(id(context)));
  rows.forOperatorPersons('operator-inspection-look', (context, me) =>
    inspections.look(me, id(context), context.req.param('capture') ?? ''),
  );
  return rows.app;
}
