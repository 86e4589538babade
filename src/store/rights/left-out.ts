/**
 * Workspaces whose rows an activity leaves alone, as a list in SQL: those that are restricted or object to it themselves, and
 * those of which every member does. It stands in no statement's rows, so an engine makes it once for each.
 */
export function leftOutOf(activity: 'explain' | 'improve' | 'monitor'): string {
  const asked = `activity in ('all', '${activity}')`;
  return `(select restriction.subject from restriction where restriction.kind = 'workspace' and restriction.${asked}
    union all
    select member.workspace from member left join restriction
      on restriction.kind = 'person' and restriction.subject = member.person and restriction.${asked}
    group by member.workspace having count(distinct member.person) = count(distinct restriction.subject))`;
}
