import { createHmac } from 'node:crypto';
import { type InspectionEvent, minuteMs, tellAt, windowKeyMs, windowPendingMs } from '#core/privacy/inspection.ts';
import type { SignedValue } from '#core/trust/canonical-json.ts';
import type { CaptureRow, InspectionRow, NewInspection } from '#store/inspection-store.ts';
import type { Store } from '#store/store.ts';
import type { TrustDesk } from '../trust/trust-desk.ts';
import { WindowKeys } from './window-key.ts';

/** What the operator's configuration says of inspection windows. */
export type InspectionSettings = {
  /** False: nobody can open one. */
  readonly allowed: boolean;
  /** After how long a workspace hears that abuse was looked into. */
  readonly abuseDelayMs: number;
};

export const inspectionsOtherwise: InspectionSettings = { allowed: false, abuseDelayMs: 0 };

export type InspectionContext = {
  readonly store: Pick<Store, 'inspections' | 'audit'>;
  readonly trust: Pick<TrustDesk, 'enter'>;
  readonly dataDir: string;
  readonly pepper: Uint8Array;
  readonly settings: InspectionSettings;
  now(): number;
  randomBytes(count: number): Uint8Array;
};

/** What was sealed of one request, opened. */
export type OpenedCapture = { readonly request: Buffer; readonly answer: Buffer };

const yearMs = 365 * 86_400_000;

/**
 * Opens, shows and ends inspection windows. What is done is written down before it is done: in the log of promises and in the
 * log of changes; what cannot be written down does not happen.
 */
export class InspectionDesk {
  readonly #context: InspectionContext;
  readonly #answering = new Map<string, Promise<void>>();
  readonly #keys: WindowKeys;

  constructor(context: InspectionContext) {
    this.#context = context;
    this.#keys = new WindowKeys(context.dataDir);
  }

  get settings(): InspectionSettings {
    return this.#context.settings;
  }

  /** A person as every log here names it: the same for the same person, and nobody's name. */
  pseudonym(person: string): string {
    return this.#pseudonym('person', person);
  }

  /**
   * A workspace as the public log names it in one window, and in no other: who is to hear of it later cannot find it there
   * before. The workspace is told this name with the window.
   */
  workspacePseudonym({ id, workspace }: Pick<InspectionRow, 'id' | 'workspace'>): string {
    return this.#pseudonym('workspace', `${workspace} ${id}`);
  }

  async propose(given: Omit<NewInspection, 'proposedAt'>): Promise<InspectionRow> {
    const { store, now } = this.#context;
    await this.#audit('operator', given.proposedBy, 'inspection-proposed', given.workspace);
    return await store.inspections.propose({ ...given, proposedAt: now() });
  }

  /**
   * The second person's word. It opens the window, or asks the workspace first. Undefined: it is not proposed any more, or
   * this is who proposed it.
   */
  async confirm(id: string, person: string): Promise<InspectionRow | undefined> {
    const { store } = this.#context;
    await this.#audit('operator', person, 'inspection-confirmed', id);
    const confirmed = await store.inspections.confirm(id, person);
    if (confirmed?.consent === 'tell') await this.open(confirmed, null);
    return await store.inspections.find(confirmed?.id ?? '');
  }

  /** False: it cannot be opened: another one is open, or this one was answered meanwhile. */
  open(row: InspectionRow, consentedBy: string | null): Promise<boolean> {
    return this.#alone(row.id, ['asked'], () => this.#open(row, consentedBy));
  }

  async #open(row: InspectionRow, consentedBy: string | null): Promise<boolean> {
    const { store, now, randomBytes, settings } = this.#context;
    const at = now();
    const tell = tellAt({ at, reason: row.reason, consent: row.consent, abuseDelayMs: settings.abuseDelayMs });
    await this.#enter(row, 'opened', {
      ...{ reason: row.reason, consent: row.consent, minutes: row.minutes, requests_max: row.requestsMax },
      ...{ by: row.proposedBy, confirmed_by: row.confirmedBy ?? '' },
      tell_at: tell,
    });
    if (consentedBy !== null) await this.#audit(row.workspace, consentedBy, 'inspection-consented', row.id);
    const publicKey = this.#keys.make(row.id, randomBytes(32));
    const as = { openedAt: at, endsAt: at + row.minutes * minuteMs, tellAt: tell, publicKey };
    const isOpen = await store.inspections.open(row.id, as, consentedBy);
    if (!isOpen) this.#keys.destroy(row.id);
    if (isOpen && tell <= at) await this.#tell(row.id, row.workspace);
    return isOpen;
  }

  /** False: it was answered meanwhile. */
  refuse(row: InspectionRow, by: { readonly scope: string; readonly person: string }): Promise<boolean> {
    return this.#alone(row.id, ['proposed', 'asked'], async () => {
      const { store, now } = this.#context;
      await this.#audit(by.scope, by.person, 'inspection-refused', row.id);
      return await store.inspections.refuse(row.id, by.person, now());
    });
  }

  /** One answer after the other: the second finds what the first made of it, writes nothing down and touches no key. */
  async #alone(id: string, states: readonly string[], answer: () => Promise<boolean>): Promise<boolean> {
    const before = this.#answering.get(id) ?? Promise.resolve();
    const turn = before.then(async () => {
      const row = await this.#context.store.inspections.find(id);
      return row !== undefined && states.includes(row.state) && (await answer());
    });
    // Whoever comes next waits for this one, however it ends.
    const over = turn.then(
      () => {},
      () => {},
    );
    this.#answering.set(id, over);
    try {
      return await turn;
    } finally {
      if (this.#answering.get(id) === over) this.#answering.delete(id);
    }
  }

  async close(row: InspectionRow, by: { readonly scope: string; readonly person: string }): Promise<boolean> {
    const { store, now } = this.#context;
    await this.#audit(by.scope, by.person, 'inspection-closed', row.id);
    const isClosed = await store.inspections.close(row.id, now());
    if (isClosed) await this.#enterClosed(row.id);
    return isClosed;
  }

  /** Undefined: its key is not here, or gone. The look is written down first. */
  async look(row: InspectionRow, capture: CaptureRow, person: string): Promise<OpenedCapture | undefined> {
    const { store, now } = this.#context;
    if (!this.#keys.held().includes(row.id)) return undefined;
    await this.#audit('operator', person, 'inspection-looked', `${row.id} ${capture.id}`);
    const look = await store.inspections.look({ inspection: row.id, capture: capture.id, person, at: now() });
    await this.#enter(row, 'looked', { look: look.id, by: person });
    if (row.told) await this.#audit(row.workspace, person, 'inspection-looked', `${row.id} ${capture.id}`);
    const opened = this.#keys.open({ inspection: row.id, generation: capture.generation, sealed: capture.sealed });
    if (!opened) return undefined;
    const requestKept = opened.readUInt32BE(0);
    return { request: opened.subarray(4, 4 + requestKept), answer: opened.subarray(4 + requestKept) };
  }

  /** What a clock changes: windows end, workspaces hear of them, keys and what was sealed with them go. */
  async tick(): Promise<void> {
    const { store, now } = this.#context;
    const at = now();
    for (const row of await store.inspections.unfinished()) await this.#tickOne(row, at);
    // A key without a window that needs it: of a store that was put back, or of a start that was cut off.
    for (const id of this.#keys.held()) {
      const state = (await store.inspections.find(id))?.state;
      if (state === undefined || state === 'refused' || state === 'destroyed') this.#keys.destroy(id);
    }
    await store.inspections.forget(at - yearMs);
  }

  /** At once, whatever the clock says. False: it is open, or was destroyed before. */
  async destroy(row: InspectionRow): Promise<boolean> {
    const { store, now } = this.#context;
    if (row.state !== 'closed') return false;
    this.#keys.destroy(row.id);
    const isDestroyed = await store.inspections.destroy(row.id, now());
    if (isDestroyed) await this.#enter(row, 'destroyed', {});
    return isDestroyed;
  }

  async #tickOne(row: InspectionRow, at: number): Promise<void> {
    const { store } = this.#context;
    const isPending = row.state === 'proposed' || row.state === 'asked';
    if (isPending && at >= row.proposedAt + windowPendingMs) await store.inspections.refuse(row.id, null, at);
    if (row.state === 'open' && at >= (row.endsAt ?? 0)) {
      if (await store.inspections.close(row.id, at)) await this.#enterClosed(row.id);
    }
    if (!row.told && row.tellAt !== null && at >= row.tellAt) await this.#tell(row.id, row.workspace);
    // What sealed nothing has nothing to wait for; and whoever held the key may be gone, but the bytes go all the same.
    const isOver = row.state === 'closed' && (row.captured === 0 || at >= (row.closedAt ?? 0) + windowKeyMs);
    if (isOver) await this.destroy(row);
  }

  /** From here on the workspace's own log has it. */
  async #tell(id: string, workspace: string): Promise<void> {
    await this.#audit(workspace, 'operator', 'inspection-opened', id);
    await this.#context.store.inspections.setTold(id);
  }

  async #enterClosed(id: string): Promise<void> {
    const row = await this.#context.store.inspections.find(id);
    if (row) await this.#enter(row, 'closed', { captured: row.captured });
  }

  async #enter(
    row: Pick<InspectionRow, 'id' | 'workspace'>,
    event: InspectionEvent,
    facts: Readonly<Record<string, SignedValue>>,
  ): Promise<void> {
    const { trust, now } = this.#context;
    const body = { event, workspace: this.workspacePseudonym(row), ...facts };
    await trust.enter([{ kind: 'inspection', subject: row.id, body }], now());
  }

  async #audit(scope: string, actor: string, action: string, target: string): Promise<void> {
    const { store, now } = this.#context;
    await store.audit.append({ scope, actor, action, target, outcome: 'done' }, now());
  }

  #pseudonym(kind: 'person' | 'workspace', id: string): string {
    const { pepper } = this.#context;
    const hash = createHmac('sha256', pepper).update(`inspection ${kind} ${id}`).digest('hex').slice(0, 20);
    return `${kind === 'person' ? 'pe' : 'wp'}_${hash}`;
  }
}
