import type { Sabotage } from '../sabotage.ts';

/** What keeps an inspection window from being more than it is. */
export const inspectionSabotages: readonly Sabotage[] = [
  {
    name: 'two-persons-open-a-window',
    file: 'src/store/sql/inspection-rows.ts',
    find: "where id = :id and state = 'proposed' and proposed_by <> :person",
    replace: "where id = :id and state = 'proposed'",
    breaks: ['tests/store/inspections.test.ts'],
  },
  {
    name: 'windows-end-after-their-minutes',
    file: 'src/store/sql/inspection-rows.ts',
    find: "state = 'open' and ends_at > :at and captured < requests_max",
    replace: "state = 'open' and ends_at > 0 * :at and captured < requests_max",
    breaks: ['tests/store/inspections.test.ts'],
  },
  {
    name: 'windows-have-so-many-requests',
    file: 'src/store/sql/inspection-rows.ts',
    find: 'if (captured >= requestsMax) await close(sql, given.inspection, given.at);',
    replace: '',
    breaks: ['tests/store/inspections.test.ts'],
  },
  {
    name: 'keys-of-windows-are-destroyed',
    file: 'src/keeper/inspection/window-key.ts',
    find: 'rmSync(path, { force: true });',
    replace: '',
    breaks: ['tests/store/inspections.test.ts'],
  },
  {
    name: 'keys-of-windows-last-a-day',
    file: 'src/core/privacy/inspection.ts',
    find: 'export const windowKeyMs = 24 * 3_600_000;',
    replace: 'export const windowKeyMs = 48 * 3_600_000;',
    breaks: ['tests/store/inspections.test.ts'],
  },
  {
    name: 'captures-are-sealed',
    file: 'src/gateway/inspection/seal.ts',
    find: 'const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);',
    replace: 'const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), bytes]);',
    breaks: ['tests/store/inspections.test.ts'],
  },
  {
    name: 'windows-are-of-one-workspace',
    file: 'src/store/sql/inspection-rows.ts',
    find: "where workspace = :workspace and state = 'open' and ends_at > :now",
    replace: "where (workspace = :workspace or 1 = 1) and state = 'open' and ends_at > :now",
    breaks: ['tests/store/inspections.test.ts'],
  },
  {
    name: 'looks-are-written-down',
    file: 'src/keeper/inspection/inspection-desk.ts',
    find: "await this.#enter(row, 'looked', { look: look.id, by: person });",
    replace: '',
    breaks: ['tests/store/inspections.test.ts'],
  },
  {
    name: 'who-is-asked-decides',
    file: 'src/keeper/inspection/inspection-desk.ts',
    find: "if (confirmed?.consent === 'tell') await this.open(confirmed, null);",
    replace: 'if (confirmed) await this.open(confirmed, null);',
    breaks: ['tests/store/inspections.test.ts', 'tests/journeys/inspections.test.ts'],
  },
  {
    name: 'windows-are-off-by-default',
    file: 'src/config/read-config.ts',
    find: 'allowed: settings.inspection?.allowed ?? false,',
    replace: 'allowed: settings.inspection?.allowed ?? true,',
    breaks: ['tests/journeys/inspections.test.ts'],
  },
];
