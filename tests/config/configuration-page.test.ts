import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { configJsonSchema, documentedNames, type JsonSchema } from '#config/json-schema.ts';
import { defaultData } from '#config/known-data.ts';
import { knownProviders } from '#config/known-providers.ts';

const page = readFileSync(new URL('../../docs/reference/configuration.md', import.meta.url), 'utf8');

function tableUnder(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) => row.slice(2, -2).split(' | '));
}

test('the page has every setting of the schema, in its order, and no other', () => {
  const written = tableUnder('File').map(([name]) => name?.replaceAll('`', ''));

  assert.deepEqual(written, documentedNames(configJsonSchema()));
});

test('every setting has a description in the schema', () => {
  const bare: string[] = [];
  const visit = (schema: JsonSchema, name: string): void => {
    for (const [key, value] of Object.entries(schema.properties ?? {})) {
      // A tier repeats the rates of its price, which have theirs.
      if (value.description === undefined) bare.push(`${name}.${key}`);
      visit(value, `${name}.${key}`);
    }
    if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, `${name}.*`);
    if (schema.items) visit(schema.items, `${name}[]`);
    for (const option of schema.anyOf ?? []) visit(option, name);
  };
  visit(configJsonSchema(), 'config');

  assert.deepEqual(bare, []);
});

test('the page says of the known providers what the code says', () => {
  const written = tableUnder('Data').map(([provider, kept, trains, source]) => [
    provider,
    kept?.split(':')[0],
    trains?.split(':')[0],
    source,
  ]);

  const known = knownProviders.map(({ name, type }) => {
    const data = defaultData({ provider: name, type, reachesProvider: true });
    const kept = data.retentionDays === 'unknown' ? 'unknown' : `${data.retentionDays} days`;
    const trains = data.trains === 'unknown' ? 'unknown' : data.trains ? 'yes' : 'no';
    return [name, kept, trains, data.source];
  });
  assert.deepEqual(written, known);
});

test('the page says of the protocols of known providers what the code says', () => {
  const written = tableUnder('Protocols').filter(([provider]) => provider !== 'any other');

  const known = knownProviders.map(({ name, protocols, baseUrl }) => [
    name,
    protocols.map((protocol) => `\`${protocol}\``).join(', '),
    `\`${baseUrl}\``,
  ]);
  assert.deepEqual(written, known);
});

test('the schema is JSON Schema with strict sections', () => {
  const schema = configJsonSchema();

  assert.equal(Reflect.get(schema, '$schema'), 'https://json-schema.org/draft/2020-12/schema');
  assert.equal(schema.additionalProperties, false);
});
