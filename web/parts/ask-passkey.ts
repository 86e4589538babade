import { ask, askData } from '../api.ts';
import { text } from '../text/english.ts';
import { OwnFault } from './own-fault.ts';

export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;
}

/** Lets whoever has a passkey for this site in. */
export async function enterByPasskey(): Promise<void> {
  const options = await askData<PublicKeyCredentialRequestOptionsJSON>('/api/auth/passkey/begin', {
    method: 'POST',
    body: {},
  });
  await ask('/api/auth/passkey/enter', { method: 'POST', body: { response: await signed(options) } });
}

/** A signature of a passkey, as the server takes it. */
export async function signed(options: PublicKeyCredentialRequestOptionsJSON): Promise<unknown> {
  return await given(() =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
  );
}

export async function makePasskey(name: string): Promise<void> {
  const options = await askData<PublicKeyCredentialCreationOptionsJSON>('/api/v1/passkeys/begin', {
    method: 'POST',
    body: {},
  });
  const response = await given(() =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  );
  await ask('/api/v1/passkeys', { method: 'POST', body: { name, response } });
}

async function given(work: () => Promise<Credential | null>): Promise<unknown> {
  if (!hasPasskeys()) throw new OwnFault(text.identity.notHere);
  const credential = await work().catch(() => null);
  if (!(credential instanceof PublicKeyCredential)) throw new OwnFault(text.identity.given);
  return credential.toJSON();
}
