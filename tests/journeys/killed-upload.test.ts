// A process that is killed in the middle of an upload, or of a long request, leaves nothing of it anywhere.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, runFairlead } from './running-fairlead.ts';

const mark = 'content-that-is-nowhere-';

test('killed in the middle of an upload, it leaves nothing of it in any file', async (t) => {
  let received = 0;
  const slow = createServer((request) => {
    request.on('data', (piece: Buffer) => {
      received += piece.length;
    });
    request.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(slow, 'listening');
  t.after(() => {
    slow.closeAllConnections();
    slow.close();
  });
  const address = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/v1`;
  const fairlead = await runFairlead(t, {
    config: `upstreams: { own: { base_url: "${address}", type: self_hosted, protocols: [openai-chat], models: { m: { as: own/m, price: free } } } }\nsandbox: false`,
  });
  await fairlead.ask('workspace-set', { workspace: 'default', settings: ['storage=any:7'] });

  const form = `--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nassistants\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="${mark}.txt"\r\n\r\n`;
  const upload = connect(Number(new URL(fairlead.url).port), '127.0.0.1');
  upload.on('error', () => {});
  upload.write(
    `POST /v1/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${fairlead.key}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 60000000\r\n\r\n${form}`,
  );
  upload.write(mark.repeat(100_000));
  // And a JSON body of which the second half never comes.
  const half = connect(Number(new URL(fairlead.url).port), '127.0.0.1');
  half.on('error', () => {});
  half.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${fairlead.key}\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n{"model":"own/m","messages":[{"role":"user","content":"`,
  );
  half.write(mark.repeat(50_000));
  await eventually(async () => assert.ok(received > 1_000_000, `${received} bytes went up`));

  const files = () =>
    [fairlead.folder].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile()),
    );
  const holding = () => files().filter((path) => readFileSync(path).includes(mark));
  assert.deepEqual(holding(), [], 'while it goes on');
  await fairlead.kill9();
  assert.ok(files().length > 3);
  assert.deepEqual(holding(), [], 'afterwards');
  assert.doesNotMatch(fairlead.stderr(), new RegExp(mark));
  upload.destroy();
  half.destroy();
});
