import assert from 'node:assert/strict';
import type { Explained, Fairlead } from '../fairlead.ts';
import { fieldOf } from '../feature.ts';
import type { Driver, Need, SdkRow, UpstreamDialect } from '../sdks/sdk-row.ts';
import type { Column } from './columns.ts';
import { type Exchange, Recorder, textOf } from './recorder.ts';
import type { ServedLine, SimulatorProcess } from './simulator-process.ts';

/** What a row and a column have in common: everything that runs. */
export type Stage = {
  readonly simulator: SimulatorProcess;
  /** Undefined when the SDK talks to the simulator itself. */
  readonly fairlead: Fairlead | undefined;
  /** Between Fairlead and the simulator. */
  readonly upstream: Recorder;
};

/** One thing that every SDK can do with every upstream. */
export type GridFeature = {
  readonly name: string;
  readonly need?: Need;
  /** Whether the SDK has it at all. */
  readonly only?: (driver: Driver, row: SdkRow) => boolean;
  /** What the simulator, asked without Fairlead, does not promise. */
  readonly needsFairlead?: true;
  readonly run: (cell: Cell) => Promise<void>;
};

let tags = 0;
let counts = 0;

/** One feature of one SDK at one upstream. Whatever it asks, it says its tag, so that its requests are known everywhere. */
export class Cell implements AsyncDisposable {
  readonly row: SdkRow;
  readonly rowNumber: number;
  readonly column: Column;
  readonly tag: string;
  readonly driver: Driver;
  /** The public name of a model of the simulator. */
  readonly model = (name: string): string => this.column.model(name);
  readonly #stage: Stage;
  readonly #front: Recorder;
  #words: number | undefined;

  static async open(at: { row: SdkRow; rowNumber: number; column: Column; stage: Stage }): Promise<Cell> {
    return new Cell(at, await Recorder.open(at.stage.fairlead?.url ?? at.stage.simulator.url));
  }

  private constructor(at: { row: SdkRow; rowNumber: number; column: Column; stage: Stage }, front: Recorder) {
    this.row = at.row;
    this.rowNumber = at.rowNumber;
    this.column = at.column;
    this.#stage = at.stage;
    this.#front = front;
    tags += 1;
    this.tag = `quay${tags}`;
    this.driver = this.driverWith(at.stage.fairlead?.key ?? 'any-key');
  }

  /** No other cell has this number of words. Counted where it is asked for: thousands of cells would pass the SDKs' own limits. */
  get words(): number {
    this.#words ??= 40 + ++counts;
    return this.#words;
  }

  driverWith(key: string): Driver {
    return this.row.open({ url: this.#front.url, key });
  }

  get driverWithPlainNames(): Driver {
    const key = this.#stage.fairlead?.key ?? 'any-key';
    return this.row.open({ url: this.#front.url, key, plainNames: true });
  }

  /** What the SDK asked. */
  get asked(): readonly Exchange[] {
    return this.#front.exchanges;
  }

  /** What Fairlead asked of the upstream for it; unknown of the built-in sandbox. */
  get sent(): readonly Exchange[] {
    return this.#stage.upstream.exchanges.filter(({ request }) => new RegExp(`${this.tag}\\b`).test(request));
  }

  get canSeeUpstream(): boolean {
    return this.column.dialect !== undefined && this.#stage.fairlead !== undefined;
  }

  /** The dialect that the simulator was asked in. */
  get dialect(): UpstreamDialect {
    return this.column.dialect ?? this.row.dialect;
  }

  /** Undefined where the simulator runs inside Fairlead, and its lines are nobody's to read. */
  async served(what: string, fits: (line: ServedLine) => boolean): Promise<ServedLine | undefined> {
    if (this.#stage.fairlead !== undefined && this.column.dialect === undefined) return undefined;
    const found = await this.#stage.simulator.served(what, (line) => line.protocol === this.dialect && fits(line));
    return found;
  }

  /** What Fairlead logged about what was asked here. */
  get logged(): readonly string[] {
    const ids = this.asked.map(({ headers }) => String(headers['x-generation-id']));
    return this.#stage.fairlead?.logged.filter((line) => ids.some((id) => line.includes(id))) ?? [];
  }

  explain(generation: string): Promise<Explained> {
    return this.#stage.fairlead?.explain(generation) ?? assert.fail('there is no Fairlead');
  }

  /** What the upstream was told, as a text to search. */
  get told(): string {
    return this.sent.map(({ request }) => textOf(request)).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#front[Symbol.asyncDispose]();
  }
}

/** The words of an error that stands in a reply, whatever its dialect. */
export function errorOf(exchange: Exchange): string {
  const text = textOf(exchange.reply);
  try {
    const error = fieldOf(JSON.parse(text), 'error');
    return String(fieldOf(error, 'message') ?? text).slice(0, 300);
  } catch {
    return text.slice(0, 300);
  }
}
