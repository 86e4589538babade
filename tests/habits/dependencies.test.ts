import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { root } from './source-files.ts';

type Lock = { readonly packages: Readonly<Record<string, LockedPackage>> };
type LockedPackage = {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
};
type Manifest = Readonly<
  Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Readonly<Record<string, string>>>
>;

/** What may be part of a running Fairlead, and what may also serve to develop it. */
const licences = [
  'MIT',
  'Apache-2.0',
  'ISC',
  'BSD-3-Clause',
  'BSD-2-Clause',
  '0BSD',
  'MIT-0',
  'Unlicense',
  'CC-BY-3.0',
  'PSF-2.0',
  // Of fonts, which it lets be served with anything.
  'OFL-1.1',
];
const developmentLicences = [...licences, 'MPL-2.0', 'BlueOak-1.0.0', 'CC-BY-4.0', 'Python-2.0'];

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

test('every dependency is pinned to one version', () => {
  const loose = Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  })
    .filter(([, version]) => !/^(npm:.+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name} ${version}`);
  assert.deepEqual(loose, []);
});

test('the lockfile names no address to download from, and a checksum for every package', () => {
  assert.deepEqual(
    locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path),
    [],
  );
  assert.deepEqual(
    locked.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path),
    [],
  );
});

test('every licence is one that we may pass on', () => {
  const others = locked
    .filter(([, { license, dev }]) => !isAllowed(license ?? 'none', dev ? developmentLicences : licences))
    .map(([path, { license }]) => `${path}: ${license ?? 'none'}`);
  assert.deepEqual(others, []);
});

test('our Node comes in one version for every platform', () => {
  const versions = new Set(Object.values(manifest.optionalDependencies));
  assert.equal(versions.size, 1);
  assert.match([...versions][0] ?? '', /^26\./);
});

/** "A OR B" asks for one of them, "A AND B" for both. */
function isAllowed(expression: string, allowed: readonly string[]): boolean {
  return expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => allowed.includes(licence.trim())));
}
