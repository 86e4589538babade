import { readFileSync, statSync } from 'node:fs';
import { type Evidence, noEvidence, readEvidence } from '#core/privacy/evidence/evidence.ts';

const bytesMax = 2 * 1024 * 1024;
const freshMs = 10_000;

/** The results of the last run of the tests, from the file that the run wrote; without one nothing counts as run. */
export class EvidenceShelf {
  readonly #file: string;
  readonly #now: () => number;
  #evidence: Evidence = noEvidence;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(file: string, now: () => number) {
    this.#file = file;
    this.#now = now;
  }

  get evidence(): Evidence {
    if (this.#now() - this.#lookedAt >= freshMs) {
      this.#lookedAt = this.#now();
      this.#evidence = this.#read();
    }
    return this.#evidence;
  }

  #read(): Evidence {
    try {
      if (statSync(this.#file).size > bytesMax) return noEvidence;
      return readEvidence(JSON.parse(readFileSync(this.#file, 'utf8'))) ?? noEvidence;
    } catch {
      // There is none, or it is half written: nothing is claimed.
      return noEvidence;
    }
  }
}
