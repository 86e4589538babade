import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderChargesPage } from './charges-page.ts';
import { root } from './source-files.ts';

mkdirSync(join(root, 'docs/reference'), { recursive: true });
writeFileSync(join(root, 'docs/reference/charges.md'), renderChargesPage());
