import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls, rootCertificates } from 'node:tls';
import { type DoorMode, doorModes, openDoors } from '#simulator/doors/doors.ts';

test('each door fails in its own way before a request is read, and counts who knocks', async (t) => {
  const doors = await openDoors();
  t.after(() => doors.close());
  const trusted = [...rootCertificates, ...doors.trust.split(/(?<=-----END CERTIFICATE-----\n)/).filter(Boolean)];
  const expected: Readonly<Record<DoorMode, string>> = {
    refused: 'ECONNREFUSED',
    'accept-close': 'end',
    'accept-reset': 'ECONNRESET',
    'accept-silent': 'silent',
    'speaks-first': '220 mail.example ESMTP ready\r\n',
    'tls-untrusted': 'DEPTH_ZERO_SELF_SIGNED_CERT',
    'tls-expired': 'CERT_HAS_EXPIRED',
    'tls-wrong-host': 'ERR_TLS_CERT_ALTNAME_INVALID',
    'tls-stall': 'silent',
    'tls-plain': 'EPROTO ERR_SSL',
  };

  for (const { mode } of doorModes) {
    const said = await knock(doors.url(mode), trusted);
    const wanted = expected[mode].split(' ERR')[0] ?? '';
    assert.ok(said.startsWith(wanted) || (mode === 'tls-plain' && said.startsWith('ERR_SSL')), `${mode}: ${said}`);
    assert.equal(doors.knocks(mode), mode === 'refused' ? 0 : 1);
  }
});

function knock(address: string, ca: string[]): Promise<string> {
  const { protocol, hostname: host, port } = new URL(address);
  return new Promise((resolve) => {
    const where = { host, port: Number(port) };
    const socket = protocol === 'https:' ? connectTls({ ...where, ca }) : connect(where);
    const finish = (said: string) => {
      resolve(said);
      socket.destroy();
    };
    socket.on('connect', () => protocol === 'http:' && socket.write('GET / HTTP/1.1\r\n\r\n'));
    socket.on('data', (bytes: Buffer) => finish(String(bytes)));
    socket.on('end', () => finish('end'));
    socket.on('error', (thrown: NodeJS.ErrnoException) => finish(thrown.code ?? 'error'));
    socket.setTimeout(500, () => finish('silent'));
  });
}
