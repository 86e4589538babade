// The data plane: one request from start to finish. handle-generation.ts is the only file that knows the order.
import type { Deadlines } from '#core/generation/deadlines.ts';
import type { PricedCatalogue } from '#core/routing/find-model.ts';
import type { StrategyName } from '#core/routing/strategies/strategy-names.ts';
import type { Log } from '#observe/log.ts';
import type { Meters } from '#observe/meters.ts';
import type { Providers } from '#outgoing/providers/providers.ts';
import type { ExpectedOutputs } from './admit/admit-rates.ts';
import type { LeaseBook } from './admit/lease-book.ts';
import type { RateBook } from './admit/rate-book.ts';
import type { HedgeBudget } from './attempt/hedge-budget.ts';
import type { RetryBudget } from './attempt/retry-budget.ts';
import type { Callers } from './caller/callers.ts';
import type { DoorKeeper } from './caller/door-keeper.ts';
import type { SightingBoard } from './caller/sighting-board.ts';
import type { CaptureDesk } from './inspection/capture-desk.ts';
import type { Journal } from './journal.ts';
import type { KeeperLink } from './keeper-link.ts';
import type { StoredObjects } from './kept/stored-objects.ts';
import type { ProgressBook } from './meter/progress-book.ts';
import type { TokenCounter } from './meter/token-counter.ts';
import type { AffinityTable } from './plan/affinity-table.ts';
import type { HealthBoard } from './plan/health-board.ts';
import type { HeldBytes } from './relay/held-answer.ts';
import type { Roster } from './roster.ts';

/** Everything a request needs, made once by open-gateway.ts. */
export type Gateway = {
  readonly instance: string;
  readonly keeper: KeeperLink;
  readonly callers: Callers;
  readonly leases: LeaseBook;
  readonly rates: RateBook;
  readonly expected: ExpectedOutputs;
  readonly sightings: SightingBoard;
  readonly journal: Journal;
  /** Answers under way. */
  readonly progress: ProgressBook;
  /** What is sealed in windows that workspaces know of. */
  readonly captures: CaptureDesk;
  readonly objects: StoredObjects;
  readonly affinities: AffinityTable;
  readonly providers: Providers;
  readonly retries: RetryBudget;
  readonly hedges: HedgeBudget;
  /** Answers that wait for their end. */
  readonly heldBytes: HeldBytes;
  /** What was learnt of endpoints and credentials. */
  readonly health: HealthBoard;
  /** Endpoints whose last good answer told no usage. */
  readonly silentEndpoints: Set<string>;
  readonly counter: TokenCounter;
  readonly deadlines: Deadlines;
  /** How endpoints are put in order where neither owner nor model says. */
  readonly strategy: StrategyName;
  /** Among which `auto` chooses; undefined: all that may be asked in a chat. */
  readonly autoModels: readonly string[] | undefined;
  /** What the operator takes for an answer that a workspace's own key paid for, in hundredths of a percent of its price. */
  readonly ownKeyFeeBasisPoints: number;
  readonly door: DoorKeeper;
  readonly log: Log;
  readonly meters: Meters;
  /** An end user's name as this workspace's keyed pseudonym. */
  readonly pseudonym: (workspace: string, user: string) => string;
  /** Changes as snapshots come. */
  catalogue: PricedCatalogue;
  /** The version of the privacy policy in force. */
  policy: string | undefined;
  /** Where callers reach the operator, as a header may say it; undefined: nobody said. */
  contact: string | undefined;
  open: number;
  /** Told when the drain's patience ends: what is still open must end now. */
  readonly onForcedDrain: Roster<{ drain(): void }>;
  /** `leaving`: not ready any more, still serving. `draining`: nothing new is taken. */
  phase: 'serving' | 'leaving' | 'draining';
};
