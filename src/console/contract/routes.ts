// Every address that people and their programs may ask, once: who may, what it does. Server, `/openapi.json` and the test that
// tries every row with everybody go by it. Pure data.
import { agreementRows } from './agreement-rows.ts';
import { deletionRows } from './deletion-rows.ts';
import { identityRows } from './identity-rows.ts';
import { inspectionRoutes } from './inspection-routes.ts';
import { mailRows } from './mail-rows.ts';
import { noticeRows } from './notice-rows.ts';
import { operatorRoutes } from './operator-routes.ts';
import { deskRows, privacyRows } from './privacy-rows.ts';
import type { Route } from './route.ts';
import { operatorWebhookRows, webhookRows } from './webhook-rows.ts';
import { workspaceRows } from './workspace-rows.ts';

const keys = '/api/v1/keys';
const ownKeys = '/api/v1/byok';
const credits = '/api/v1/credits';

export const routes = {
  ...privacyRows,
  ...deletionRows,
  ...noticeRows,
  ...mailRows,
  ...agreementRows,
  ...webhookRows,
  me: { method: 'GET', path: '/api/v1/me', needs: 'person', does: 'Who is signed in, and where.' },
  'me-change': { method: 'PATCH', path: '/api/v1/me', needs: 'person', does: 'Changes the own name.', body: 'me' },
  prove: {
    ...{ method: 'POST', path: '/api/v1/proof', needs: 'person', body: 'proof' },
    does: 'Shows the own password or a passkey again, before something dangerous.',
  },
  'session-list': { method: 'GET', path: '/api/v1/sessions', needs: 'person', does: 'The own sessions.' },
  'session-end': {
    method: 'DELETE',
    path: '/api/v1/sessions/:id',
    needs: 'person',
    does: 'Ends one of the own sessions.',
  },
  'session-end-others': {
    method: 'DELETE',
    path: '/api/v1/sessions',
    needs: 'person',
    does: 'Ends all own sessions but this.',
  },
  ...identityRows,
  ...workspaceRows,
  'workspace-list': {
    method: 'GET',
    path: '/api/v1/workspaces',
    needs: 'person',
    does: 'The own workspaces, with the own role.',
  },
  'workspace-create': {
    ...{ method: 'POST', path: '/api/v1/workspaces', needs: 'person', body: 'workspace' },
    does: 'Makes a workspace and owns it.',
  },
  'workspace-rename': {
    ...{ method: 'PATCH', path: '/api/v1/workspace', needs: { workspace: 'workspace.rename' }, body: 'workspace' },
    does: 'Renames the workspace.',
  },
  'member-list': { method: 'GET', path: '/api/v1/members', needs: { workspace: 'members.read' }, does: 'The members.' },
  'member-change': {
    ...{
      method: 'PATCH',
      path: '/api/v1/members/:id',
      needs: { workspace: 'members.change' },
      body: 'role',
      proof: true,
    },
    does: 'Changes the role of a member; what concerns owners, an owner does.',
  },
  'member-remove': {
    ...{ method: 'DELETE', path: '/api/v1/members/:id', needs: { workspace: 'members.read' }, proof: true },
    toOthers: 'members.change',
    does: 'Takes a member out; everybody may leave.',
  },
  'invitation-list': {
    ...{ method: 'GET', path: '/api/v1/invitations', needs: { workspace: 'members.invite' } },
    does: 'Invitations that are open.',
  },
  'invitation-create': {
    ...{
      method: 'POST',
      path: '/api/v1/invitations',
      needs: { workspace: 'members.invite' },
      body: 'invitation',
      proof: true,
    },
    does: 'Invites an e-mail address.',
  },
  'invitation-revoke': {
    ...{ method: 'DELETE', path: '/api/v1/invitations/:id', needs: { workspace: 'members.invite' } },
    does: 'Takes an invitation back.',
  },
  'invitation-show': {
    ...{ method: 'POST', path: '/api/v1/invitations/show', needs: 'anybody', body: 'token' },
    does: 'What a link invites to.',
  },
  'invitation-accept': {
    ...{ method: 'POST', path: '/api/v1/invitations/accept', needs: 'person', body: 'token' },
    does: 'Becomes a member.',
  },
  'audit-list': {
    ...{ method: 'GET', path: '/api/v1/audit', needs: { workspace: 'audit.read' } },
    does: 'What was changed, the newest first: `before=`, `limit=`.',
  },
  'audit-export': {
    ...{ method: 'GET', path: '/api/v1/audit/export', needs: { workspace: 'audit.read' } },
    does: 'The whole log as JSON Lines, each entry with the hash of the one before.',
  },
  'key-own': { method: 'GET', path: '/api/v1/key', needs: { workspace: 'workspace.read' }, does: 'The key that asks.' },
  'key-own-2': { method: 'GET', path: '/api/v1/auth/key', needs: { workspace: 'workspace.read' }, does: 'The same.' },
  'key-list': { method: 'GET', path: keys, needs: { workspace: 'keys.read' }, does: 'The keys.' },
  'key-create': { method: 'POST', path: keys, needs: { workspace: 'keys.change' }, does: 'Makes a key.', body: 'key' },
  'key-leaked': { method: 'POST', path: `${keys}/leaked`, needs: 'anybody', does: 'Disables a key that was found.' },
  'key-leaked-github': {
    ...{ method: 'POST', path: `${keys}/leaked/github`, needs: 'anybody' },
    does: 'Disables keys that the secret scanning of GitHub found, by a notice that it signed.',
  },
  'key-show': { method: 'GET', path: `${keys}/:hash`, needs: { workspace: 'keys.read' }, does: 'One key.' },
  'key-change': {
    ...{ method: 'PATCH', path: `${keys}/:hash`, needs: { workspace: 'keys.change' }, body: 'key' },
    does: 'Changes a key.',
  },
  'key-delete': {
    method: 'DELETE',
    path: `${keys}/:hash`,
    needs: { workspace: 'keys.change' },
    does: 'Deletes a key.',
  },
  'key-rotate': {
    ...{ method: 'POST', path: `${keys}/:hash/rotate`, needs: { workspace: 'keys.change' } },
    does: 'A new secret; the old one works on for a while.',
  },
  'key-cut': {
    method: 'POST',
    path: `${keys}/:hash/cut`,
    needs: { workspace: 'keys.change' },
    does: 'Ends old secrets.',
  },
  'own-key-list': {
    method: 'GET',
    path: ownKeys,
    needs: { workspace: 'own-keys.read' },
    does: 'Own keys at providers.',
  },
  'own-key-add': { method: 'POST', path: ownKeys, needs: { workspace: 'own-keys.change' }, does: 'Keeps one.' },
  'own-key-show': {
    method: 'GET',
    path: `${ownKeys}/:id`,
    needs: { workspace: 'own-keys.read' },
    does: 'One of them.',
  },
  'own-key-change': {
    method: 'PATCH',
    path: `${ownKeys}/:id`,
    needs: { workspace: 'own-keys.change' },
    does: 'Changes it.',
  },
  'own-key-remove': {
    method: 'DELETE',
    path: `${ownKeys}/:id`,
    needs: { workspace: 'own-keys.change' },
    does: 'Removes it.',
  },
  credits: { method: 'GET', path: credits, needs: { workspace: 'wallet.read' }, does: 'Credits in all, and used.' },
  'credits-2': {
    method: 'GET',
    path: '/v1/credits',
    needs: { workspace: 'wallet.read' },
    does: "The same in Vercel's words.",
  },
  checkout: {
    method: 'POST',
    path: `${credits}/checkout`,
    needs: { workspace: 'wallet.pay' },
    does: 'Begins a payment.',
  },
  redeem: { method: 'POST', path: `${credits}/redeem`, needs: { workspace: 'wallet.pay' }, does: 'Redeems a code.' },
  payments: { method: 'GET', path: `${credits}/payments`, needs: { workspace: 'invoices.read' }, does: 'Payments.' },
  promos: { method: 'GET', path: `${credits}/promos`, needs: { workspace: 'wallet.read' }, does: 'Promo credit.' },
  invoices: { method: 'GET', path: `${credits}/invoices`, needs: { workspace: 'invoices.read' }, does: 'Invoices.' },
  invoice: {
    ...{ method: 'GET', path: `${credits}/invoices/:number{[0-9]+\\.pdf}`, needs: { workspace: 'invoices.read' } },
    does: 'One invoice as PDF.',
  },
  generation: {
    ...{ method: 'GET', path: '/api/v1/generation', needs: { workspace: 'generations.read' } },
    does: 'One generation: `id=`.',
  },
  'generation-2': {
    method: 'GET',
    path: '/v1/generation',
    needs: { workspace: 'generations.read' },
    does: 'The same.',
  },
  generations: {
    ...{ method: 'GET', path: '/api/v1/generations', needs: { workspace: 'usage.read' } },
    does: 'Generations, the newest first: `before=`, `limit=`.',
  },
  'generation-explained': {
    ...{ method: 'GET', path: '/api/v1/generations/:id', needs: { workspace: 'generations.read' } },
    does: 'Every step and cent of one generation.',
  },
  wallet: {
    ...{ method: 'GET', path: '/api/v1/wallet', needs: { workspace: 'wallet.read' } },
    does: 'Balance, held, leased and spent.',
  },
  statement: {
    ...{ method: 'GET', path: '/api/v1/wallet/statement', needs: { workspace: 'usage.read' } },
    does: 'The entries of the wallet, the newest first: `before=`, `limit=`.',
  },
  limits: {
    ...{ method: 'GET', path: '/api/v1/limits', needs: { workspace: 'usage.read' } },
    does: 'Limits of the workspace.',
  },
  receipt: {
    ...{ method: 'GET', path: '/api/v1/receipts/:id', needs: { workspace: 'generations.read' } },
    does: 'The signed receipt of one generation.',
  },
  activity: {
    method: 'GET',
    path: '/api/v1/activity',
    needs: { workspace: 'usage.read' },
    does: 'Usage of thirty days.',
  },
  usage: {
    method: 'GET',
    path: '/api/v1/usage',
    needs: { workspace: 'usage.read' },
    does: 'Usage, added up as asked.',
  },
  warnings: {
    method: 'GET',
    path: '/api/v1/warnings',
    needs: { workspace: 'usage.read' },
    does: 'Limits nearly reached.',
  },
  'abuse-list': { method: 'GET', path: '/api/v1/abuse', needs: { workspace: 'abuse.read' }, does: 'What was unusual.' },
  'abuse-appeal': {
    ...{ method: 'POST', path: '/api/v1/abuse/:id/appeal', needs: { workspace: 'abuse.appeal' } },
    does: 'Asks a person to look again.',
  },
  ...inspectionRoutes,
  ...operatorRoutes,
  ...operatorWebhookRows,
  ...deskRows,
} as const satisfies Readonly<Record<string, Route>>;

export type RouteName = keyof typeof routes;
