import { count } from '../format.ts';
import { Heading, Scroll } from '../parts/page.tsx';
import { text } from '../text/english.ts';

export type HeldKind = {
  readonly table: string;
  readonly what: string;
  readonly purposes: readonly string[];
  readonly kept: readonly string[];
  readonly rows: number;
};

export function HeldTable({ of: kinds }: { readonly of: readonly HeldKind[] }) {
  const words = text.privacy.held;
  return (
    <>
      <Heading>{words.title}</Heading>
      <Scroll label={words.title}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{words.kind}</th>
              <th scope="col" className="text-right!">
                {words.rows}
              </th>
              <th scope="col">{words.purposes}</th>
              <th scope="col">{words.kept}</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map(({ table, what, purposes, kept, rows }) => (
              <tr key={table}>
                <th scope="row" className="min-w-56 font-normal whitespace-normal!">
                  {what}
                </th>
                <td className="text-right tabular-nums">{count(rows)}</td>
                <td className="min-w-48 whitespace-normal!">{purposes.join('; ')}</td>
                <td className="min-w-32 whitespace-normal!">{kept.join('; ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className="mt-2 text-sm text-quiet">{words.hint}</p>
    </>
  );
}
