// A form is read where it stands, as other readers read it, or refused.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '#core/generation/fault.ts';
import { boundaryOf, scanForm } from '#core/protocol/multipart.ts';
import { formType, toForm } from '../../support/form.ts';
import { judgeForm } from './form-oracle.ts';

const type = 'multipart/form-data; boundary=b';
const part = (head: string, value: string) => `--b\r\n${head}\r\n\r\n${value}\r\n`;
const named = 'Content-Disposition: form-data; name="model"';

function valuesOf(body: string | Buffer, contentType = type) {
  const bytes = Buffer.from(body);
  return scanForm(bytes, contentType).map(({ name, isFile, start, end }) => [
    name,
    isFile,
    bytes.toString('utf8', start, end),
  ]);
}

test('any fields and files come back as they were put in, as another reader reads them too', async () => {
  const values = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
  const edges = fc
    .constantFrom('', '\r\n', '\r\n--', '--', '\r\n--a-boundary', '\r', '\n--a-boundary')
    .map(Buffer.from);
  const property = fc.asyncProperty(fc.array(fc.oneof(values, edges), { maxLength: 6 }), async (all) => {
    const body = toForm(all.map((value, place) => [`f${place}`, value, 'a.bin']));
    const scanned = scanForm(body, formType);
    const other = await new Response(new Uint8Array(body), { headers: { 'content-type': formType } }).formData();

    assert.equal(scanned.length, all.length);
    for (const [place, { name, isFile, start, end }] of scanned.entries()) {
      assert.deepEqual([name, isFile], [`f${place}`, true]);
      assert.ok(body.subarray(start, end).equals(all[place] ?? Buffer.of(1)));
      const file = other.get(name);
      assert.ok(typeof file === 'object' && file !== null);
      assert.ok(Buffer.from(await file.arrayBuffer()).equals(body.subarray(start, end)));
    }
    judgeForm(body, formType);
  });
  await fc.assert(property, { numRuns: 300 });
});

test('heads are read in every form that programs write', () => {
  const heads = [
    named,
    'content-disposition:form-data;name=model',
    'Content-Type: text/plain; charset=utf-8\r\nCONTENT-DISPOSITION: form-data ; name="model" ; x=y',
    'Content-Disposition: form-data; name="mo\\del"',
    `${named}\r\nContent-Transfer-Encoding: binary`,
  ];
  for (const head of heads) {
    assert.deepEqual(valuesOf(`${part(head, 'm')}--b--\r\n`), [['model', false, 'm']], head);
  }
  const file = 'Content-Disposition: form-data; name="file"; filename="a\\"; b.mp3"';
  assert.deepEqual(valuesOf(`${part(file, '')}--b--`), [['file', true, '']]);
  assert.deepEqual(valuesOf(`\r\n--b \t\r\n${named}\r\n\r\nm\r\n--b--\r\nwhat follows says nothing`), [
    ['model', false, 'm'],
  ]);
});

test('what two readers could read in two ways is refused', () => {
  const refused = [
    '',
    '--b',
    '--c--',
    `preamble\r\n${part(named, 'm')}--b--`,
    part(named, 'm'),
    `${part(named, 'm')}--b\r\n`,
    `--b\n${named}\n\nm\n--b--`,
    `--b${named}\r\n\r\nm\r\n--b--`,
    `${part(named, 'm\r\n--bb')}--b--`,
    `${part(named, 'm\n--b')}--b--`,
    `--b\r\n${named}\r\n\r\n--b--`,
    `${part('Content-Disposition: form-data', 'm')}--b--`,
    `${part('Content-Disposition: attachment; name="model"', 'm')}--b--`,
    `${part(`${named}; name="other"`, 'm')}--b--`,
    `${part(`${named}\r\n${named}`, 'm')}--b--`,
    `${part(`${named} "open`, 'm')}--b--`,
    `${part(`${named}\r\nContent-Transfer-Encoding: base64`, 'bQ==')}--b--`,
    `${part(`${named}; x="${'y'.repeat(9_000)}"`, 'm')}--b--`,
    `${part(named, 'm').repeat(257)}--b--`,
    `${part(`X-A: b\n${named}\r\nContent-Disposition: form-data; name="prompt"`, 'm')}--b--`,
    `${part(`${named}\r\n ; name="other"`, 'm')}--b--`,
    `${part(`${named}\0`, 'm')}--b--`,
  ];
  for (const body of refused) {
    assert.throws(
      () => scanForm(Buffer.from(body), type),
      (thrown: unknown) => thrown instanceof Fault && thrown.fault === 'request-malformed',
      body.slice(0, 80),
    );
  }
});

test('the boundary is told by the head for certain, or the form is none', () => {
  const good = ['boundary=b', 'boundary="b"', 'charset=utf-8; boundary=b', 'BOUNDARY=b; charset=utf-8'];
  const bad = ['', 'boundary=', 'boundary="', 'boundary=a; boundary=b', 'boundary="a b "', 'boundary=é'];

  for (const each of good) assert.equal(boundaryOf(`Multipart/Form-Data; ${each}`), 'b', each);
  for (const each of bad) assert.equal(boundaryOf(`multipart/form-data; ${each}`), undefined, each);
  assert.equal(boundaryOf('multipart/mixed; boundary=b'), undefined);
  assert.equal(boundaryOf('application/json'), undefined);
});
