import { judgeEvidence, type Shown as ShownEvidence } from '#core/privacy/evidence/evidence.ts';
import { type Measure, measures } from '#core/privacy/evidence/measures.ts';
import { inventory } from '#core/privacy/inventory.ts';
import type { ShownContract } from '#core/privacy/notices/sub-processor-contracts.ts';
import type { PolicyChange } from '#core/privacy/policy/compare-policies.ts';
import { fillFields, type PolicyFields } from '#core/privacy/policy/compose-policy.ts';
import type { PublishedPolicy } from '#core/privacy/policy/published-policy.ts';
import { type ProcessingRecord, processingRegister } from '#core/privacy/processing-register.ts';
import type { PromiseRow } from '#core/privacy/promises/promise-row.ts';
import { promises } from '#core/privacy/promises/promises.ts';
import { keptWords } from '#core/privacy/rights/article-15.ts';
import type { CommandOutcome, RunCommand } from '../command-link.ts';
import type { EvidenceShelf } from './evidence-shelf.ts';

/** What a public page is made of; `undefined`: there is no such thing, a sentence: not now. */
export type Shown<View> = View | undefined | string;

export type PolicyView = {
  readonly operator: string;
  readonly contact: string;
  /** False: nobody said how to reach the operator. */
  readonly has_contact: boolean;
  readonly profile: string;
  readonly version: number;
  readonly effective: string;
  readonly material: boolean;
  readonly hash: string;
  readonly sections: readonly {
    readonly heading: string;
    readonly sentences: readonly ShownSentence[];
  }[];
  readonly kept: readonly KeptData[];
  readonly changes: readonly PolicyChange[];
  readonly versions: readonly Pick<PublishedPolicy, 'version' | 'effective' | 'material' | 'hash'>[];
};

export type ShownSentence = {
  readonly id: string;
  readonly text: string;
  readonly promises: readonly string[];
  /** Its promises that no control, or only a part of one, keeps yet: then the operator alone stands for them. */
  readonly not_yet: readonly string[];
};

/** A kind of data, as the inventory has it. */
export type KeptData = {
  readonly category: string;
  readonly purposes: readonly string[];
  readonly kept: readonly string[];
  /** In how many columns, fields, labels and files it lies. */
  readonly places: number;
};

export type TrustView = {
  readonly counts: {
    readonly kept: number;
    readonly in_part: number;
    readonly missing: number;
  };
  readonly promises: readonly (PromiseRow & { readonly shown: ShownEvidence })[];
  readonly evidence: EvidenceRun;
  readonly log: { readonly size: number; readonly root: string; readonly at: string } | null;
  /** Null: nobody has run it here. */
  readonly check: PrivacyCheck | null;
};

/** The last run that the results are of. */
export type EvidenceRun = { readonly commit: string; readonly runs: number };

export type MeasuresView = {
  readonly measures: readonly (Measure & { readonly shown: ShownEvidence })[];
  readonly evidence: EvidenceRun;
};

export type SubProcessor = {
  readonly name: string;
  readonly provider: string;
  readonly seller: string;
  readonly type: string;
  readonly region: string;
  readonly role: string;
  readonly receives: string;
  readonly data: {
    readonly retention_days: number | 'unknown';
    readonly trains: boolean | 'unknown';
    readonly source: string;
    readonly checked: string;
  };
  readonly human_review: boolean | 'unknown';
  /** Its terms, where it says what it does with data, how to opt out; each with whether it answers. */
  readonly links: readonly { readonly what: string; readonly url: string; readonly state: string }[];
  readonly since: string;
  /** Null: none is on record. */
  readonly contract: ShownContract | null;
  /** False: machines of the operator's own. */
  readonly needs_contract: boolean;
};

export type AgreementView = {
  readonly version: string;
  readonly hash: string;
  readonly day: string;
  readonly operator: string;
  readonly contact: string;
  readonly can_be_accepted: boolean;
  readonly annexes_hash: string;
  readonly clauses: readonly { readonly id: string; readonly heading: string; readonly text: string }[];
  readonly annexes: {
    readonly processed: readonly { readonly what: string; readonly says: string }[];
    readonly sub_processors: readonly SubProcessor[];
    readonly measures: readonly { readonly area: string; readonly says: string }[];
  };
};

export type Transparency = {
  readonly since: string;
  readonly counts: readonly {
    readonly register: string;
    readonly kind: string;
    readonly outcome: string | null;
    readonly count: number;
  }[];
};

export type { ProcessingRecord, ShownEvidence };

export type Transfer = {
  readonly name: string;
  readonly provider: string;
  readonly serving: string;
  readonly storage: string;
  readonly leaves_economic_area: boolean;
  /** `missing`: the operator has not said on which ground. */
  readonly basis: string;
};

/** Sales of personal data, and sharing for advertising: there are none, and this type can hold none. */
export const saleRegister: readonly never[] = [];

const keptPromises = new Set(promises.filter(({ state }) => state.kind === 'kept').map(({ id }) => id));

type ShownPolicy = {
  readonly policy: PublishedPolicy;
  readonly fields: PolicyFields & { readonly has_contact: boolean };
  readonly changes: readonly PolicyChange[];
  readonly versions: PolicyView['versions'];
};

/** What `fairlead verify privacy` last found here, as the log of promises has it. */
export type PrivacyCheck = {
  readonly place: number;
  readonly day: string;
  readonly version: string;
  readonly ok: boolean;
  readonly requests: number;
  readonly answered: number;
  readonly surfaces: number;
  readonly faults: number;
  readonly tokens: number;
  readonly forms: number;
  readonly files: number;
  readonly rows: number;
  readonly answers: number;
  readonly log: boolean;
  readonly found: number;
};

/** What anybody may read about privacy: made from the policy, the inventory, the promises and what is configured now. */
export class LegalDesk {
  readonly #command: RunCommand;
  readonly #shelf: EvidenceShelf;

  constructor(command: RunCommand, shelf: EvidenceShelf) {
    this.#command = command;
    this.#shelf = shelf;
  }

  async policy(version?: number): Promise<Shown<PolicyView>> {
    const shown = shownOf<ShownPolicy>(await this.#command('policy-show', { version }));
    if (shown === undefined || typeof shown === 'string') return shown;
    const { policy, fields, changes, versions } = shown;
    const { operator, contact, jurisdiction, has_contact } = fields;
    const { document, effective, material, hash } = policy;
    const fill = (text: string) => fillFields(text, { operator, contact, jurisdiction });
    const sections = document.sections.map(({ heading, sentences }) => ({
      heading,
      sentences: sentences.map((sentence) => ({
        ...{ ...sentence, text: fill(sentence.text) },
        not_yet: sentence.promises.filter((id) => !keptPromises.has(id)),
      })),
    }));
    return {
      ...{
        operator,
        contact,
        has_contact,
        profile: document.profile,
        version: policy.version,
        effective,
        material,
        hash,
      },
      ...{ sections, kept: keptData(), changes, versions },
    };
  }

  async trust(): Promise<Shown<TrustView>> {
    const head = shownOf<{ size: number; root: string; at: number }>(await this.#command('log-head', {}));
    if (typeof head === 'string') return head;
    const check = shownOf<PrivacyCheck>(await this.#command('privacy-check-show', {}));
    const count = (kind: PromiseRow['state']['kind']) => promises.filter(({ state }) => state.kind === kind).length;
    return {
      counts: { kept: count('kept'), in_part: count('in-part'), missing: count('missing') },
      check: typeof check === 'object' ? check : null,
      promises: promises.map((row) => ({ ...row, shown: judgeEvidence(testsOf(row), this.#shelf.evidence) })),
      evidence: this.#run(),
      log: head ? { size: head.size, root: head.root, at: new Date(head.at).toISOString() } : null,
    };
  }

  measures(): Promise<Shown<MeasuresView>> {
    const { evidence } = this.#shelf;
    const shown = measures.map((measure) => ({ ...measure, shown: judgeEvidence(measure.tests, evidence) }));
    return Promise.resolve({ measures: shown, evidence: this.#run() });
  }

  #run(): EvidenceRun {
    const { commit, tests } = this.#shelf.evidence;
    return { commit, runs: Object.keys(tests).length };
  }

  async transparency(): Promise<Shown<Transparency>> {
    return shownOf(await this.#command('transparency', {}));
  }

  /** Takes what anybody asks about privacy: its clocks run from now. */
  async takeRequest(asked: object): Promise<CommandOutcome> {
    const { kind, contact, text, country } = { ...asked } as Readonly<Record<string, unknown>>;
    return await this.#command('privacy-request-open', { kind, contact, text, country });
  }

  async requestStatus(id: string): Promise<Shown<object>> {
    return shownOf(await this.#command('privacy-request-status', { id }));
  }

  processing(): Promise<Shown<readonly ProcessingRecord[]>> {
    return Promise.resolve(processingRegister);
  }

  async transfers(): Promise<Shown<readonly Transfer[]>> {
    return shownOf(await this.#command('transfers', {}));
  }

  async agreement(): Promise<Shown<AgreementView>> {
    return shownOf(await this.#command('agreement-show', {}));
  }

  async subProcessors(): Promise<Shown<readonly SubProcessor[]>> {
    return shownOf(await this.#command('sub-processors', {}));
  }
}

function testsOf({ state }: PromiseRow): readonly string[] {
  return state.kind === 'missing' ? [] : state.tests;
}

/** The keeper's commands give these. */
function shownOf<View>(outcome: CommandOutcome): Shown<View> {
  if ('refused' in outcome) return outcome.refused;
  return (outcome.value ?? undefined) as View | undefined;
}

/** The annex: nothing that is kept is left out, since the tests hold the inventory against the database. */
function keptData(): readonly KeptData[] {
  const categories = [...new Set(inventory.map(({ category }) => category))];
  return categories.map((category) => {
    const rows = inventory.filter((row) => row.category === category);
    return {
      category,
      purposes: [...new Set(rows.map(({ purpose }) => purpose))],
      kept: [...new Set(rows.map(({ retention }) => keptWords[retention]))],
      places: rows.length,
    };
  });
}
