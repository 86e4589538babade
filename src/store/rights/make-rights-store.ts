// What people may ask of what is kept about them. Which rows are whose stands in subject-ways.ts.
import { addEvidence } from '../sql/make-retention-store.ts';
import type { Database } from '../sql/sql.ts';
import { addCopy, addCopyPart, copiesOf, dropOldCopies, endCopyRow, findCopy, partOf } from './copy-rows.ts';
import { eraseEndUser } from './end-user-erasure.ts';
import { rowsOfEndUser } from './end-user-ways.ts';
import { addRestriction, dropRestriction, restrictedEndUsers, restrictionsOf } from './restriction-rows.ts';
import type { RightsStore } from './rights-store.ts';
import { countRows, pageOfRows, subjectTables } from './subject-rows.ts';

const dayMs = 86_400_000;

export function makeRightsStore(db: Database): RightsStore {
  return {
    tables: subjectTables,
    counts: (subject) => countRows(db, subject),
    page: (subject, ask) => pageOfRows(db, subject, ask),
    endUserRows: (workspace, endUser) => rowsOfEndUser(db, workspace, endUser),
    eraseEndUser: (asked) => db.transaction((sql) => eraseEndUser(sql, asked)),
    restrict: (restriction, now) => db.transaction((sql) => addRestriction(sql, restriction, now)),
    lift: (restriction, now) => db.transaction((sql) => dropRestriction(sql, restriction, now)),
    restrictionsOf: (kind, subject) => restrictionsOf(db, kind, subject),
    endUsersOf: (workspace) => restrictedEndUsers(db, workspace),
    openCopy: (copy, againMs) => db.transaction((sql) => addCopy(sql, copy, againMs)),
    addPart: (copy, part) => db.transaction((sql) => addCopyPart(sql, copy, part)),
    async keepCopy(id, now) {
      await db.run(`update privacy_copy set changed_at = :now where id = :id and state = 'making'`, { id, now });
    },
    endCopy: (copy, end) => db.transaction((sql) => endCopyRow(sql, copy, end)),
    copiesOf: (person) => copiesOf(db, person),
    copy: (id) => findCopy(db, id),
    part: (copy, place) => partOf(db, copy, place),
    dropCopies: (now) =>
      dropOldCopies(db, now, (sql, { id, createdAt }) =>
        addEvidence(sql, { subject: 'privacy_copy', cutoff: Math.floor(now / dayMs) * dayMs, now }, [
          { name: id, at: createdAt },
        ]),
      ),
  };
}
