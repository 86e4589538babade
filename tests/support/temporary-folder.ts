import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gone afterwards. */
export function temporaryFolder(after: (last: () => unknown) => unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'fl-'));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
