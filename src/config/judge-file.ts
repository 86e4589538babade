import type { z } from 'zod';
import type { ConfigProblem } from './config-problem.ts';
import { type ConfigSource, problemAt, sourceKey } from './config-source.ts';
import { type FileSettings, fileSchema } from './file-schema.ts';
import { configJsonSchema, schemaAt, sectionOf } from './json-schema.ts';
import { nearestName } from './nearest-name.ts';
import type { SettingPath } from './setting-path.ts';
import type { PlainSection, PlainValue } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;
type Finding = { readonly path: SettingPath; readonly says: string };

/** Names and kinds: the settings, or one sentence about the first line that is wrong. */
export function judgeFile(root: PlainSection, source: ConfigSource): FileSettings {
  const judged = fileSchema.safeParse(root);
  if (judged.success) return judged.data;
  throw firstProblem(
    judged.error.issues.flatMap((issue) => toFindings(issue, root)),
    source,
  );
}

function firstProblem(findings: readonly Finding[], source: ConfigSource): ConfigProblem {
  const lineOf = (finding: Finding) => source.settings.get(sourceKey(finding.path))?.line ?? Number.POSITIVE_INFINITY;
  const [first] = findings.toSorted((left, right) => lineOf(left) - lineOf(right));
  return first ? problemAt(source, first.path, first.says) : problemAt(source, [], 'cannot be used.');
}

function toFindings(issue: Issue, root: PlainSection, base: SettingPath = []): Finding[] {
  // Names in YAML are text and places in a list numbers; symbols never come out of a file.
  const path = [...base, ...issue.path.filter((step) => typeof step !== 'symbol')];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], says: unknownName(key, path) }));
    case 'invalid_union': {
      const nearest = issue.errors.find((option) =>
        option.some((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys'),
      );
      if (nearest) return nearest.flatMap((inner) => toFindings(inner, root, path));
      return [{ path, says: wrongKind(issue.message, valueAt(root, path)) }];
    }
    case 'invalid_key':
      return [{ path, says: `${issue.issues[0]?.message ?? 'is not a name that can stand here: choose another'}.` }];
    default:
      return [{ path, says: wrongKind(issue.message, valueAt(root, path)) }];
  }
}

function unknownName(key: string, path: SettingPath): string {
  const known = Object.keys(sectionOf(schemaAt(configJsonSchema(), path) ?? {}).properties ?? {});
  const meant = nearestName(key, known);
  return meant === undefined
    ? `is not a setting: remove it, or use one of ${known.join(', ')}.`
    : `is not a setting; did you mean "${meant}"?`;
}

function wrongKind(says: string, value: PlainValue | undefined): string {
  if (value === undefined) return `is missing: add it, it ${says}.`;
  if (value === null) return 'has no value: give it one, or remove the line.';
  return `${says}.`;
}

function valueAt(root: PlainSection, path: SettingPath): PlainValue | undefined {
  let here: PlainValue | undefined = root;
  for (const step of path) here = isSection(here) && Object.hasOwn(here, step) ? here[step] : undefined;
  return here;
}

/** A list is read like a section: its names are the places. */
function isSection(value: PlainValue | undefined): value is PlainSection {
  return typeof value === 'object' && value !== null;
}
