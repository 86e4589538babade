// A site that signs people in by OpenID Connect, as small as the standard allows; a test says how it lies.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Person = {
  readonly sub: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string;
};

/** Claims of the token that are not as they must be; `key`: signed by somebody else; `none`: not signed. */
export type Lie = Readonly<Record<string, unknown>> & { readonly key?: 'other' | 'none' };

type Grant = { readonly nonce: string; readonly challenge: string; readonly redirect: string };

export async function startOidcServer(after: (last: () => unknown) => unknown) {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const others = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const grants = new Map<string, Grant>();
  const said = { person: {} as Person, lie: {} as Lie, issuerInDiscovery: undefined as string | undefined };
  const client = { id: 'fairlead', secret: randomBytes(16).toString('hex') };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', issuer);
    const json = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/.well-known/openid-configuration') {
      const named = said.issuerInDiscovery ?? issuer;
      const at = (path: string) => `${issuer}${path}`;
      return json(200, {
        issuer: named,
        authorization_endpoint: at('/authorize'),
        token_endpoint: at('/token'),
        jwks_uri: at('/keys'),
      });
    }
    if (url.pathname === '/keys') {
      return json(200, {
        keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }],
      });
    }
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const grant = grants.get(form.get('code') ?? '');
      grants.delete(form.get('code') ?? '');
      const proof = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      const isRight =
        grant?.challenge === proof &&
        grant.redirect === form.get('redirect_uri') &&
        form.get('client_secret') === client.secret;
      if (!grant || !isRight) return json(400, { error: 'invalid_grant' });
      const now = Math.floor(Date.now() / 1_000);
      const { key, ...lies } = said.lie;
      const claims = {
        iss: issuer,
        aud: client.id,
        iat: now,
        exp: now + 60,
        nonce: grant.nonce,
        ...said.person,
        ...lies,
      };
      const head = { alg: key === 'none' ? 'none' : 'RS256', kid: 'one', typ: 'JWT' };
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const signed = `${part(head)}.${part(claims)}`;
      const by = key === 'other' ? others.privateKey : keys.privateKey;
      const signature = key === 'none' ? '' : sign('sha256', Buffer.from(signed), by).toString('base64url');
      json(200, { access_token: 'x', token_type: 'Bearer', id_token: `${signed}.${signature}` });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  after(() => server.close());
  return {
    issuer,
    client,
    said,
    /** The person says yes there: the query with which the browser comes back. */
    agree(authorize: string): URLSearchParams {
      const asked = new URL(authorize).searchParams;
      const code = randomBytes(16).toString('hex');
      const part = (name: string) => asked.get(name) ?? '';
      const redirect = part('redirect_uri');
      grants.set(code, { nonce: part('nonce'), challenge: part('code_challenge'), redirect });
      return new URLSearchParams({ code, state: part('state'), iss: issuer });
    },
  };
}
