import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/run-result.ts';
import { loadProtocols } from './load-protocols.ts';
import { renderTranslationPage } from './translation-page.ts';

const { protocols } = await loadProtocols();
mkdirSync(join(repository, 'docs/reference'), { recursive: true });
writeFileSync(join(repository, 'docs/reference/translation.md'), renderTranslationPage(protocols));
