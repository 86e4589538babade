import { answerFaults } from './answers.ts';
import { beforeHeadFaults } from './before-head.ts';
import { bodyFaults } from './bodies.ts';
import { breakFaults } from './breaks.ts';
import { encodingFaults } from './encodings.ts';
import { eventFaults } from './events.ts';
import type { FaultMode } from './fault-mode.ts';
import { frameFaults } from './frames.ts';
import { framingFaults } from './framing.ts';
import { jsonFaults } from './json.ts';
import { redirectFaults } from './redirects.ts';
import { statusFaults } from './statuses.ts';
import { transportFaults } from './transport.ts';
import { usageFaults } from './usage.ts';

export const faultTable: readonly FaultMode[] = [
  ...beforeHeadFaults,
  ...transportFaults,
  ...statusFaults,
  ...redirectFaults,
  ...bodyFaults,
  ...encodingFaults,
  ...jsonFaults,
  ...breakFaults,
  ...framingFaults,
  ...frameFaults,
  ...eventFaults,
  ...answerFaults,
  ...usageFaults,
];

const byName = new Map(faultTable.map((fault) => [fault.mode, fault]));

/** 'http-429' or, with a number, 'reset-mid-3'. */
export function findFault(mode: string): { readonly fault: FaultMode; readonly number: number } | undefined {
  const plain = byName.get(mode);
  if (plain !== undefined) return { fault: plain, number: 0 };
  const parts = /^(.+)-(\d{1,4})$/.exec(mode);
  const fault = byName.get(`${parts?.[1]}-<k>`);
  const number = Number(parts?.[2]);
  if (fault === undefined || number > (fault.numberMax ?? 0)) return undefined;
  return { fault, number };
}
