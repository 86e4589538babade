import { type ComponentProps, useId } from 'react';

type FieldProps = ComponentProps<'input'> & {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly wrong?: string | undefined;
};

/** A field with its label, a hint, and beside it what is wrong. */
export function Field({ label, hint, wrong, ...input }: FieldProps) {
  const id = useId();
  const note = wrong ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        aria-invalid={wrong === undefined ? undefined : true}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        {...input}
      />
      {note === undefined ? null : (
        <small id={`${id}-note`} className={wrong === undefined ? '' : 'wrong'}>
          {note}
        </small>
      )}
    </div>
  );
}

type ChoiceProps = ComponentProps<'select'> & {
  readonly label: string;
  readonly choices: Readonly<Record<string, string>>;
};

export function Choice({ label, choices, ...select }: ChoiceProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="input" {...select}>
        {Object.entries(choices).map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
