import type { Hono } from 'hono';
import type { Door } from '#console/account/door.ts';
import type { PrivacyApi } from '#console/account/privacy-api.ts';
import { Rows, withBody } from './rows.ts';

/** Addresses about what a workspace accepted, and the evidence that it can show. */
export function privacyRoutes(door: Door, privacy: PrivacyApi): Hono {
  const rows = new Rows(door);
  rows.inWorkspace('policy-acceptance-list', (caller) => privacy.acceptances(caller));
  rows.inWorkspace('policy-accept', (caller, context) =>
    withBody(context, 'policy-version', (body) => privacy.accept(caller, body)),
  );
  rows.inWorkspace('privacy-evidence', (caller) => privacy.evidence(caller));
  return rows.app;
}
