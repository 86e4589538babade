// What stands between a stream and its reader: proxies that buffer, caches that keep, compression that waits, silence.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { dialects } from '../support/dialects.ts';
import { call } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const config = 'deadlines: { heartbeat_ms: 150 }\n';
const fairlead = await runFairlead({ after }, { config });

for (const dialect of dialects) {
  const ask = (model: string, stream: boolean) =>
    call({
      url: fairlead.url,
      path: dialect.address(model, stream),
      // As clients do that would take it compressed.
      headers: { ...dialect.headers(fairlead.key), 'accept-encoding': 'gzip, br, zstd' },
      body: dialect.body(model, 'one two', stream),
    });

  test(`${dialect.name}: no proxy may buffer, transform or keep a stream, and it is not compressed`, async () => {
    const { status, headers } = await ask('sandbox/echo', true);

    assert.equal(status, 200);
    assert.match(String(headers['content-type']), /^text\/event-stream/);
    assert.equal(headers['x-accel-buffering'], 'no');
    assert.match(String(headers['cache-control']), /no-cache/);
    assert.match(String(headers['cache-control']), /no-transform/);
    assert.equal(headers['content-encoding'], undefined);
    assert.equal(headers['content-length'], undefined);
  });

  test(`${dialect.name}: while the upstream is silent, the caller hears that somebody is there`, async () => {
    // Three words, one each 500 ms.
    const { body } = await ask('sandbox/pace-500-3', true);

    const heartbeat = dialect.name === 'anthropic-messages' ? /^event: ping$/m : /^: keepalive$/m;
    assert.match(body.toString(), heartbeat);
    assert.notEqual(dialect.readStream(body.toString()).finish, undefined);
  });

  test(`${dialect.name}: a reply that is no stream is kept by nobody`, async () => {
    const { headers } = await ask('sandbox/echo', false);

    assert.match(String(headers['cache-control']), /no-store/);
    assert.equal(headers['content-encoding'], undefined);
  });
}
