type HeadsProps = { readonly of: readonly string[]; readonly isNumber?: boolean };

/** Heads of columns; those of numbers stand to the right, above them. */
export function Heads({ of: names, isNumber = false }: HeadsProps) {
  return names.map((name) => (
    <th key={name} scope="col" className={isNumber ? 'number' : undefined}>
      {name}
    </th>
  ));
}
