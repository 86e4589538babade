import { heldKindOf, rightsFacts } from '#core/privacy/rights/article-15.ts';
import type { RunCommand } from '../command-link.ts';
import type { SignedIn } from '../people/library-door.ts';
import type { People } from '../people/people.ts';
import { type CopiedTable, copyFacts } from './copy-facts.ts';
import { copyIndex } from './copy-index.ts';
import { answerOf, type CopyTable, copyTables, type SubjectIds, toCsvPages, toJsonLines } from './copy-tables.ts';
import { SealedParts } from './sealed-parts.ts';
import { type ZipEntry, ZipWriter } from './zip-writer.ts';

export type CopyOrder = {
  readonly id: string;
  /** Opened: it is in memory while the copy is made, and nowhere else. */
  readonly key: Uint8Array;
  readonly me: SignedIn;
  readonly subject: SubjectIds;
};

type MakerOptions = {
  readonly command: RunCommand;
  readonly people: People;
  /** How often it says of those that wait that they are not lost, in milliseconds; left out: each minute. */
  readonly keepEveryMs?: number;
  now(): number;
};

const keepEveryMsOtherwise = 60_000;
const manifestVersion = 1;
/** Names of endpoints that were asked for the person, in the manifest. */
const endpointsMax = 1_000;

/** Makes copies of all that is kept about people, one after the other, each in bounded memory, sealed as it is written. */
export class CopyMaker {
  readonly #options: MakerOptions;
  readonly #waiting = new Set<string>();
  #keeping: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(options: MakerOptions) {
    this.#options = options;
  }

  /** Whoever ordered it does not wait: it sees when it is ready, or that it failed. */
  begin(order: CopyOrder): void {
    this.#waiting.add(order.id);
    this.#keeping ??= setInterval(() => void this.#keep(), this.#options.keepEveryMs ?? keepEveryMsOtherwise).unref();
    this.#last = this.#last.then(() => this.#make(order));
  }

  /** The keeper drops what nobody goes on with. */
  async #keep(): Promise<void> {
    for (const id of this.#waiting) await this.#options.command('copy-keep', { id });
  }

  async #make(order: CopyOrder): Promise<void> {
    const { command } = this.#options;
    try {
      const { bytes, hash } = await this.#write(order);
      await command('copy-end', { id: order.id, bytes, hash });
    } catch {
      // What went wrong may quote what it was writing: that it failed is all that is told, and its request stays open.
      await command('copy-end', { id: order.id });
    } finally {
      this.#waiting.delete(order.id);
      if (this.#waiting.size === 0) {
        clearInterval(this.#keeping);
        this.#keeping = undefined;
      }
    }
  }

  async #write({ id, key, me, subject }: CopyOrder) {
    const { command, people, now } = this.#options;
    const parts = new SealedParts({
      ...{ key, copy: id },
      keep: async (place, sealed) => void answerOf(await command('copy-part-add', { id, place, sealed })),
    });
    const zip = new ZipWriter((bytes) => parts.write(bytes));
    const tables = await copyTables({ command, records: await people.records(), letters: people.letters, subject });
    const facts = await copyFacts(command, me, now());
    const entries: ZipEntry[] = [];
    const copied: CopiedTable[] = [];
    const endpoints = new Set<string>();
    for (const table of tables) await addTable(zip, table, { entries, copied, endpoints });
    entries.push(await zip.add('index.html', [copyIndex(facts, copied)]));
    const manifest = {
      version: manifestVersion,
      ...facts,
      ...rightsFacts,
      endpoints_asked: [...endpoints],
      files: entries,
    };
    const kinds = copied.map(({ kind, rows, files }) => ({ ...kind, rows, files }));
    await zip.add('manifest.json', [`${JSON.stringify({ ...manifest, data: kinds }, undefined, 2)}\n`]);
    await zip.end();
    return await parts.end();
  }
}

type Taken = { readonly entries: ZipEntry[]; readonly copied: CopiedTable[]; readonly endpoints: Set<string> };

/** Rows as JSON Lines, for programs, and as CSV, for tables of people. */
async function addTable(zip: ZipWriter, { table, pages }: CopyTable, { entries, copied, endpoints }: Taken) {
  let rows = 0;
  const onRow = (row: Readonly<Record<string, unknown>>) => {
    rows += 1;
    if (table === 'generation' && typeof row.endpoint === 'string' && endpoints.size < endpointsMax) {
      endpoints.add(row.endpoint);
    }
  };
  const files = [`data/${table}.jsonl`, `data/${table}.csv`] as const;
  entries.push(await zip.add(files[0], toJsonLines(pages(), onRow)));
  entries.push(await zip.add(files[1], toCsvPages(pages(), rows)));
  const kind = heldKindOf(table, rows);
  if (kind) copied.push({ kind, rows, files });
}
