import { type Activity, activities, activityNames, jobActivities, stageActivities } from './activities.ts';
import type { DataClass } from './data-class.ts';
import { inventory } from './inventory.ts';

/** One activity of the register of processing. */
export type ProcessingRecord = {
  readonly activity: Activity;
  readonly purpose: string;
  readonly basis: string;
  /** Content is processed in it, and kept by none of it. */
  readonly stages: readonly string[];
  readonly jobs: readonly string[];
  readonly categories: readonly string[];
  readonly subjects: readonly string[];
  readonly retention: readonly DataClass['retention'][];
  /** Columns, fields, labels and files. */
  readonly places: number;
};

/** The register of processing: every activity, with what the inventory says is kept for it. */
export const processingRegister: readonly ProcessingRecord[] = activityNames.map((activity) => {
  const rows = inventory.filter(({ purpose }) => purpose === activity);
  const { says, basis } = activities[activity];
  return {
    activity,
    purpose: says,
    basis,
    stages: namesOf(stageActivities, activity),
    jobs: namesOf(jobActivities, activity),
    categories: [...new Set(rows.map(({ category }) => category))],
    subjects: [...new Set(rows.map(({ subject }) => subject))].filter((subject) => subject !== 'none'),
    retention: [...new Set(rows.map(({ retention }) => retention))],
    places: rows.length,
  };
});

function namesOf(table: Readonly<Record<string, Activity>>, activity: Activity): readonly string[] {
  return Object.entries(table)
    .filter(([, each]) => each === activity)
    .map(([name]) => name);
}
