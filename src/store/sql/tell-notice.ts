import type { Notice } from '../notice-store.ts';
import { announce } from './change-store.ts';
import type { Sql } from './sql.ts';

/** Once: what people were told is not changed behind their backs. */
export async function tellNotice(sql: Sql, { material, ...notice }: Notice): Promise<boolean> {
  const added = await sql.run(
    `insert into notice (id, kind, subject, material, at, effective)
     values (:id, :kind, :subject, :material, :at, :effective) on conflict (id) do nothing`,
    { ...notice, material: material ? 1 : 0 },
  );
  if (added === 1) await announce(sql, 'catalogue', 'notice', notice.at);
  return added === 1;
}
