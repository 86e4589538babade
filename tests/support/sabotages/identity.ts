import type { Sabotage } from '../sabotage.ts';

/** How people sign in beside the password. */
export const identitySabotages: readonly Sabotage[] = [
  {
    name: 'a-challenge-is-answered-once',
    file: 'src/console/identity/challenges.ts',
    find: "const row = await (await store()).take('proof', [",
    replace: "const [row] = await (await store()).find('proof', [",
    breaks: ['tests/people/passkeys.test.ts'],
  },
  {
    name: 'a-copied-passkey-is-found-out',
    file: 'src/console/identity/passkeys.ts',
    find: "publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter }",
    replace: "publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter: 0 }",
    breaks: ['tests/people/passkeys.test.ts'],
  },
  {
    name: 'a-proof-is-of-the-own-passkey',
    file: 'src/console/identity/passkeys.ts',
    find: 'if (!row || (person !== undefined && row.person !== person)) return undefined;',
    replace: 'if (!row) return undefined;',
    breaks: ['tests/people/passkeys.test.ts'],
  },
  {
    name: 'another-address-takes-both-letters',
    file: 'src/console/identity/new-addresses.ts',
    find: "if (row.old_hash !== null && row.old_proved_at === null) return 'waits-for-old';",
    replace: '',
    breaks: ['tests/people/identity.test.ts'],
  },
  {
    name: 'a-handed-over-link-confirms-no-mailbox',
    file: 'src/console/people/letters.ts',
    find: 'return token.startsWith(mailed);',
    replace: 'return token !== mailed;',
    breaks: ['tests/people/identity.test.ts'],
  },
  {
    name: 'a-token-is-of-this-sign-in',
    file: 'src/console/identity/elsewhere.ts',
    find: 'if (payload.nonce !== nonce) return undefined;',
    replace: '',
    breaks: ['tests/people/elsewhere.test.ts'],
  },
  {
    name: 'another-browser-has-no-state',
    file: 'src/console/identity/entrances.ts',
    find: "const isOwn = state !== '' && request.cookies",
    replace: "const isOwn = state !== '' || request.cookies",
    breaks: ['tests/people/elsewhere.test.ts'],
  },
  {
    name: 'accounts-are-found-by-confirmed-addresses',
    file: 'src/console/identity/entrances.ts',
    find: 'if (known && !known.verified) return undefined;',
    replace: '',
    breaks: ['tests/people/elsewhere.test.ts'],
  },
  {
    name: 'a-wallet-signs-our-message-alone',
    file: 'src/console/identity/wallets.ts',
    find: 'if (given === undefined || given !== message) return undefined;',
    replace: 'if (given === undefined) return undefined;',
    breaks: ['tests/people/wallets.test.ts'],
  },
  {
    name: 'a-workspace-s-list-of-providers-holds',
    file: 'src/core/routing/provider-rules.ts',
    find: "for (const allowed of rules.allowLists) if (!isAmong(endpoint, allowed)) return 'allowed_providers';",
    replace: '',
    breaks: ['tests/properties/fail-closed.test.ts', 'tests/journeys/workspace-settings.test.ts'],
  },
  {
    name: 'messages-to-support-lie-sealed',
    file: 'src/console/account/support-api.ts',
    find: "text: await book.sealFor(person, 'text', message),",
    replace: 'text: message,',
    breaks: ['tests/journeys/workspace-settings.test.ts'],
  },
];
