import type { ToldEvent } from '#core/privacy/notices/told-events.ts';

/** Whom to tell of what happened: addresses of workspaces and of the operator, and people who get a letter. */
export type AlertStore = {
  /** Of a workspace; null: the operator's. The oldest first. */
  webhooks(workspace: string | null): Promise<readonly Webhook[]>;
  addWebhook(webhook: Omit<Webhook, 'changedAt' | 'failingSince' | 'disabled' | 'old'>): Promise<void>;
  changeWebhook(id: string, change: WebhookChange): Promise<void>;
  /** What was to be sent there goes with it. */
  removeWebhook(id: string): Promise<void>;
  /** One delivery for each address that wants it, once for what it is about; how many are new. */
  tell(told: Told): Promise<number>;
  /** To one address alone, whatever it wants. */
  tellOne(webhook: Pick<Webhook, 'id' | 'workspace'>, told: Omit<Told, 'workspace'>): Promise<void>;
  /** Notices that every address was not told of yet, as far as it wants them: some at a time; how many. */
  tellNotices(now: number): Promise<number>;
  /** One due delivery at most of each address that is not busy; nobody else takes them before `againAfterMs` are over. */
  takeDue(take: {
    max: number;
    now: number;
    againAfterMs: number;
    busy: readonly string[];
  }): Promise<readonly DueDelivery[]>;
  /** `nextAt` null: it is over. */
  ended(delivery: {
    id: string;
    webhook: string;
    isSent: boolean;
    answer: string;
    nextAt: number | null;
    now: number;
  }): Promise<void>;
  /** False: it was disabled before. What waits for it fails. */
  giveUp(webhook: string, why: 'failing' | 'gone', now: number): Promise<boolean>;
  /** The newest first, a hundred at most. */
  deliveries(webhook: string): Promise<readonly Delivery[]>;
  /** Due again now. False: there is no such one. */
  sendAgain(delivery: { id: string; webhook: string; now: number }): Promise<boolean>;
  /** What is older is dropped. */
  forget(before: { deliveries: number; letters: number }): Promise<void>;
  wantsLetters(person: string): Promise<boolean>;
  setWantsLetters(person: string, wants: boolean, now: number): Promise<void>;
  /** Operators who want them. */
  letterReaders(): Promise<readonly string[]>;
  /** Who answers for a workspace: its owners and admins; null: operators. */
  leaders(workspace: string | null): Promise<readonly string[]>;
  write(letters: readonly AlertLetter[], now: number): Promise<void>;
  /** Each goes to one taker, and to another one when the first has not said what became of it for so long. */
  takeLetters(take: { max: number; now: number; againAfterMs: number }): Promise<readonly AlertLetter[]>;
  lettered(letter: { about: string; person: string; state: 'sent' | 'failed' | 'none'; now: number }): Promise<void>;
  lettersDue(now: number): Promise<number>;
};

export type Webhook = {
  readonly id: string;
  /** Null: the operator's. */
  readonly workspace: string | null;
  readonly url: string;
  readonly events: readonly ToldEvent[];
  /** A member gave the address: only public hosts are asked. */
  readonly isGuarded: boolean;
  readonly sealed: string;
  /** The secret before this one signs as well until then. */
  readonly old: { readonly sealed: string; readonly until: number } | null;
  /** Null: it works. */
  readonly disabled: 'person' | 'failing' | 'gone' | null;
  readonly failingSince: number | null;
  readonly createdAt: number;
  readonly changedAt: number;
};

/** What is left out stays. */
export type WebhookChange = Partial<Pick<Webhook, 'url' | 'events' | 'isGuarded' | 'sealed' | 'old'>> & {
  readonly disabled?: 'person' | null;
  readonly now: number;
};

/** JSON of names and ids; `about` makes it one, however often it is told. */
export type Told = {
  readonly event: ToldEvent | 'webhook-test';
  readonly workspace: string | null;
  readonly about: string;
  readonly body: string;
  readonly now: number;
};

export type Delivery = {
  readonly id: string;
  readonly event: string;
  readonly at: number;
  readonly state: 'due' | 'sent' | 'failed';
  readonly tries: number;
  /** When it is tried again; of one that is over, when it ended. */
  readonly nextAt: number;
  /** A status, or a closed word; null: it was not tried yet. */
  readonly answer: string | null;
};

export type DueDelivery = {
  readonly id: string;
  readonly event: string;
  readonly body: string;
  readonly tries: number;
  readonly webhook: Webhook;
};

export type AlertLetter = {
  readonly about: string;
  readonly person: string;
  readonly event: string;
  readonly body: string;
};
