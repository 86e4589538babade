import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Evidence, noEvidence, readEvidence } from '#core/privacy/evidence/evidence.ts';
import { repository } from '../support/run-result.ts';

/** What was run, when, and on which sources: each result as it comes, beside those of other tests that ran before. */
export class EvidenceFile {
  readonly #file: string;
  readonly #commit = commitOf();
  #evidence: Evidence;

  constructor(file: string) {
    this.#file = file;
    this.#evidence = { ...readOr(file), commit: this.#commit };
  }

  ran(test: string, result: 'passed' | 'failed'): void {
    const { tests } = this.#evidence;
    this.#write({ ...this.#evidence, tests: { ...tests, [test]: { result, ...this.#now() } } });
  }

  sabotaged(name: string, result: 'red' | 'green'): void {
    const { sabotages } = this.#evidence;
    this.#write({ ...this.#evidence, sabotages: { ...sabotages, [name]: { result, ...this.#now() } } });
  }

  #now() {
    return { at: new Date().toISOString(), commit: this.#commit };
  }

  /** Whole, whenever somebody reads it. */
  #write(evidence: Evidence): void {
    this.#evidence = evidence;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.new`, `${JSON.stringify(evidence, undefined, 2)}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function readOr(file: string): Evidence {
  try {
    return readEvidence(JSON.parse(readFileSync(file, 'utf8'))) ?? noEvidence;
  } catch {
    // There is none yet.
    return noEvidence;
  }
}

/** With a `+` where what was tested is not what was committed. */
function commitOf(): string {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: repository, encoding: 'utf8' }).trim();
  try {
    return `${git('rev-parse', '--short=12', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`;
  } catch {
    // Sources without their history.
    return 'unknown';
  }
}
