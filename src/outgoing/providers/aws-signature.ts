import type { AwsKey } from '#core/routing/cloud-access.ts';

/** What is to be signed: everything that the signature covers beside the date. */
export type Unsigned = { readonly method: string; readonly url: string; readonly body: Uint8Array | null };

/** Proves who asks: names and values in turn, for this one request. */
export type Proof = (request: Unsigned) => Promise<readonly string[]>;

/** Signature Version 4 with one AWS key. `now`, in epoch milliseconds, is the clock. */
export function awsProof(region: string, key: AwsKey, now: () => number = Date.now): Proof {
  // Signing keys by day: the library's own cache, of which one entry a day is left.
  const cache = new Map<string, ArrayBuffer>();
  return async ({ method, url, body }) => {
    const { AwsV4Signer } = await import('aws4fetch');
    const signer = new AwsV4Signer({
      ...{ method, url, region, service: 'bedrock', cache, datetime: amzDate(now()) },
      // A copy, since the library's types want bytes that nobody shares.
      body: body === null ? null : Uint8Array.from(body),
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey,
      ...(key.sessionToken === undefined ? {} : { sessionToken: key.sessionToken }),
    });
    const { headers } = await signer.sign();
    return [...headers].flat();
  };
}

function amzDate(ms: number): string {
  return new Date(ms).toISOString().replace(/[:-]|\.\d{3}/g, '');
}
