import { type DormancyRules, dormancyOtherwise } from '../dormancy.ts';
import { inventory } from '../inventory.ts';
import { type PolicyProfile, policyText } from './policy-text.ts';

/** The numbers that sentences name and jobs go by. */
export type PolicyNumbers = {
  readonly usage_days: number;
  readonly deletion_days: number;
  readonly answer_days: number;
  readonly notice_days: number;
  /** Months after which an account counts as no longer active; versions before the fifth revision say nothing of it. */
  readonly dormant_months?: number;
  readonly dormant_notice_days?: number;
};

/** A policy as it is published: what it says, and what it depends on. */
export type PolicyDocument = {
  readonly profile: PolicyProfile;
  readonly sections: readonly { readonly heading: string; readonly sentences: readonly PolicySentence[] }[];
  readonly facts: PolicyFacts;
};

export type PolicySentence = { readonly id: string; readonly text: string; readonly promises: readonly string[] };

/** What makes a change material when it grows: kinds of data, purposes, how long. */
export type PolicyFacts = {
  readonly categories: readonly string[];
  readonly purposes: readonly string[];
  readonly retentions: readonly string[];
  readonly numbers: PolicyNumbers;
};

const strictNumbers: PolicyNumbers = { usage_days: 90, deletion_days: 30, answer_days: 30, notice_days: 30 };

/** What an operator decides within bounds: how long the usage log is kept, and when an account that is not used is closed. */
export type PolicyTimes = { readonly usageDays: number; readonly dormancy?: DormancyRules | undefined };

/** The policy of a profile. */
export function composePolicy(profile: PolicyProfile, { usageDays, dormancy }: PolicyTimes): PolicyDocument {
  const { months: dormant_months, noticeDays: dormant_notice_days } = dormancy ?? dormancyOtherwise;
  const numbers = { ...strictNumbers, usage_days: usageDays, dormant_months, dormant_notice_days };
  const sections = policyText.map(({ heading, sentences }) => ({
    heading,
    sentences: sentences
      .filter(({ profiles }) => profiles === undefined || profiles.includes(profile))
      .map(({ id, text, promises }) => ({ id, text: fillNumbers(text, numbers), promises })),
  }));
  const used = sections.filter(({ sentences }) => sentences.length > 0);
  return { profile, sections: used, facts: { ...inventoryFacts(), numbers } };
}

function inventoryFacts(): Omit<PolicyFacts, 'numbers'> {
  const all = (values: readonly string[]) => [...new Set(values)].sort();
  return {
    categories: all(inventory.map(({ category }) => category)),
    purposes: all(inventory.map(({ purpose }) => purpose)),
    retentions: all(inventory.map(({ category, retention }) => `${category}: ${retention}`)),
  };
}

function fillNumbers(text: string, numbers: PolicyNumbers): string {
  return Object.entries(numbers).reduce((filled, [name, count]) => filled.replaceAll(`{${name}}`, String(count)), text);
}

/** What a reader must know and the log need not: it may name a person. */
export type PolicyFields = { readonly operator: string; readonly contact: string; readonly jurisdiction: string };

export function fillFields(text: string, fields: PolicyFields): string {
  return Object.entries(fields).reduce((filled, [name, value]) => filled.replaceAll(`{${name}}`, value), text);
}
