import type { Sabotage } from '../sabotage.ts';

const breaks = ['tests/journeys/leaks.test.ts'];

/** Of keys that others found. */
export const leakSabotages: readonly Sabotage[] = [
  {
    name: 'notices-of-leaks-are-signed',
    file: 'src/console/leaks/github-signature.ts',
    find: "verify('sha256', body, key, Buffer.from(signature, 'base64')) ? 'signed' : 'forged'",
    replace: "'signed'",
    breaks,
  },
  {
    name: 'who-leads-is-told-of-leaks',
    file: 'src/console/leaks/leak-desk.ts',
    find: 'await this.#tell({ key: id, workspace: scope, place }).catch(() => {});',
    replace: '',
    breaks,
  },
];
