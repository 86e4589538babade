import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// Loaded with `--import` into the processes of a sabotaged test, their threads and their children: changes the text of
// one file as Node reads it. sabotage.ts starts it, and nothing else does.

const given = process.env.FAIRLEAD_TEST_SABOTAGE;
if (given === undefined) throw new Error('sabotage-hooks.ts is loaded without a sabotage');
const { file, find, replace, witness } = JSON.parse(given) as Record<'file' | 'find' | 'replace' | 'witness', string>;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const target = pathToFileURL(join(root, file)).href;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== target) return loaded;
    const text = textOf(loaded.source);
    if (text.split(find).length !== 2) throw new Error(`the sabotage does not fit ${file}`);
    appendFileSync(witness, `${process.pid}\n`);
    return { ...loaded, source: text.replace(find, () => replace) };
  },
});

function textOf(source: unknown): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source as Uint8Array);
}
