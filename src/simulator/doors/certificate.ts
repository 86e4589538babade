import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

export type Certificate = { readonly key: string; readonly cert: string };

type Named = {
  /** A host name, or an address of version 4. */
  readonly host: string;
  readonly validFrom: Date;
  readonly validTo: Date;
};

/** A certificate that signs itself, made on the spot: no key lies in the repository. RFC 5280, in as few fields as it takes. */
export function makeCertificate({ host, validFrom, validTo }: Named): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const name = sequence(set(sequence(oid(2, 5, 4, 3), tagged(0x0c, Buffer.from('Fairlead chaos')))));
  const algorithm = sequence(oid(1, 2, 840, 10045, 4, 3, 2));
  const isAddress = /^[\d.]+$/.test(host);
  const alternative = isAddress
    ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
    : tagged(0x82, Buffer.from(host));
  const extensions = sequence(
    extension(oid(2, 5, 29, 17), sequence(alternative)),
    extension(oid(2, 5, 29, 19), sequence(tagged(0x01, Buffer.from([0xff])))),
    extension(oid(2, 5, 29, 14), tagged(0x04, createHash('sha1').update(spki).digest())),
  );
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    sequence(time(validFrom), time(validTo)),
    name,
    spki,
    tagged(0xa3, extensions),
  );
  const signature = createSign('SHA256').update(body).sign(privateKey);
  const der = sequence(body, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

function extension(name: Buffer, value: Buffer): Buffer {
  return sequence(name, tagged(0x04, value));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Buffer[]): Buffer {
  return tagged(0x31, Buffer.concat(parts));
}

function time(at: Date): Buffer {
  return tagged(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]|\.\d+/g, '')}`));
}

function oid(first: number, second: number, ...others: readonly number[]): Buffer {
  const bytes = [first * 40 + second];
  for (const part of others) {
    const digits = [part & 0x7f];
    for (let rest = part >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return tagged(0x06, Buffer.from(bytes));
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
