import type { ReactNode } from 'react';
import { Heads } from './heads.tsx';
import { Scroll } from './page.tsx';

type TableProps = {
  readonly label: string;
  readonly heads: readonly string[];
  /** Behind the others, to the right. */
  readonly numbers?: readonly string[];
  /** The last one: what can be done. */
  readonly last?: string;
  readonly children: ReactNode;
};

/** A table with its heads; the rows are its children. */
export function Table({ label, heads, numbers = [], last, children }: TableProps) {
  return (
    <Scroll label={label}>
      <table className="table">
        <thead>
          <tr>
            <Heads of={heads} />
            <Heads of={numbers} isNumber />
            {last === undefined ? null : <th scope="col">{last}</th>}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Scroll>
  );
}
