import type { Route } from './route.ts';

const passkeys = '/api/v1/passkeys';
const signIns = '/api/v1/sign-ins';
const address = '/api/v1/me/address';

/** Addresses by which people change how they sign in. */
export const identityRows = {
  'passkey-list': { method: 'GET', path: passkeys, needs: 'person', does: 'The own passkeys.' },
  'passkey-begin': {
    ...{ method: 'POST', path: `${passkeys}/begin`, needs: 'person', proof: true },
    does: 'What a browser needs to make a passkey.',
  },
  'passkey-add': {
    ...{ method: 'POST', path: passkeys, needs: 'person', body: 'passkey', proof: true, ownLog: true },
    does: 'Keeps a passkey that a browser made.',
  },
  'passkey-rename': {
    ...{ method: 'PATCH', path: `${passkeys}/:id`, needs: 'person', body: 'passkey-name' },
    does: 'Renames a passkey.',
  },
  'passkey-remove': {
    ...{ method: 'DELETE', path: `${passkeys}/:id`, needs: 'person', proof: true, ownLog: true },
    does: 'Removes a passkey.',
  },
  'sign-in-list': {
    ...{ method: 'GET', path: signIns, needs: 'person' },
    does: 'Wallets and accounts at other sites by which the person signs in.',
  },
  'sign-in-elsewhere': {
    ...{ method: 'POST', path: `${signIns}/elsewhere`, needs: 'person', body: 'sign-in-elsewhere' },
    ...{ proof: true, ownLog: true },
    does: 'Where a browser goes to add an account at another site.',
  },
  'sign-in-wallet-begin': {
    ...{ method: 'POST', path: `${signIns}/wallet/begin`, needs: 'person', body: 'wallet-begin' },
    does: 'The message that a wallet signs.',
  },
  'sign-in-wallet': {
    ...{ method: 'POST', path: `${signIns}/wallet`, needs: 'person', body: 'wallet', proof: true, ownLog: true },
    does: 'Adds the wallet that signed.',
  },
  'sign-in-remove': {
    ...{ method: 'DELETE', path: `${signIns}/:id`, needs: 'person', proof: true, ownLog: true },
    does: 'Removes a wallet, or an account at another site.',
  },
  'prove-begin': {
    ...{ method: 'POST', path: '/api/v1/proof/begin', needs: 'person' },
    does: 'With what the person may prove who it is: a password, a passkey and what a browser needs to ask for it.',
  },
  'address-show': { method: 'GET', path: address, needs: 'person', does: 'The new e-mail address that was asked for.' },
  'address-change': {
    ...{ method: 'POST', path: address, needs: 'person', body: 'address', proof: true, ownLog: true },
    does: 'Asks for another e-mail address: a letter to the old and one to the new.',
  },
  'address-cancel': {
    ...{ method: 'DELETE', path: address, needs: 'person', ownLog: true },
    does: 'Keeps the old e-mail address.',
  },
  'own-audit': {
    ...{ method: 'GET', path: '/api/v1/me/audit', needs: 'person' },
    does: 'What was changed about how the person signs in, the newest first: `before=`, `limit=`.',
  },
} as const satisfies Readonly<Record<string, Route>>;
