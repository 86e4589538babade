import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type OperatorRole, operatorRoles } from '#console/contract/permissions.ts';
import { ask, askData } from '../../api.ts';
import { count } from '../../format.ts';
import { Choice, Field } from '../../parts/field.tsx';
import { OperateFrame } from '../../parts/operate-frame.tsx';
import { Figures } from '../../parts/page.tsx';
import { Popup } from '../../parts/popup.tsx';
import { Proved } from '../../parts/proved.tsx';
import { Answer } from '../../parts/query-state.tsx';
import { Table } from '../../parts/table.tsx';
import type { OperatorPerson } from '../../shapes.ts';
import { text } from '../../text/english.ts';
import { operateText } from '../../text/operate.ts';

const address = '/api/v1/operator/roles';
const words = operateText;

type Open = { readonly kind: 'grant' } | { readonly kind: 'remove'; readonly person: OperatorPerson } | undefined;

/** Who runs this Fairlead, and as what. */
export function OperateRoles() {
  const queries = useQueryClient();
  const people = useQuery({
    queryKey: ['operator', 'roles'],
    queryFn: () => askData<readonly OperatorPerson[]>(address),
  });
  const [open, setOpen] = useState<Open>();
  const close = () => {
    setOpen(undefined);
    void queries.invalidateQueries({ queryKey: ['operator', 'roles'] });
  };
  return (
    <OperateFrame
      title={words.roles}
      actions={
        <button type="button" className="button is-first" onClick={() => setOpen({ kind: 'grant' })}>
          {words.grant}
        </button>
      }
    >
      <Answer of={people}>
        {(all) => (
          <>
            <Figures of={[[words.people, count(new Set(all.map(({ id }) => id)).size)]]} />
            <Table label={words.roles} heads={[text.team.name, words.email, words.role]} last={text.keys.actions}>
              {all.map((person) => (
                <tr key={`${person.id} ${person.role}`}>
                  <th scope="row">{person.name}</th>
                  <td>{person.email}</td>
                  <td>{words.roleNames[person.role] ?? person.role}</td>
                  <td>
                    <button
                      type="button"
                      className="button"
                      aria-label={`${words.takeRole}: ${person.name}, ${person.role}`}
                      onClick={() => setOpen({ kind: 'remove', person })}
                    >
                      {words.takeRole}
                    </button>
                  </td>
                </tr>
              ))}
            </Table>
          </>
        )}
      </Answer>
      <p className="mt-3 max-w-3xl text-xs text-quiet">{words.rolesHint}</p>
      {open?.kind === 'grant' ? <Grant onClose={close} /> : null}
      {open?.kind === 'remove' ? <Take of={open.person} onClose={close} /> : null}
    </OperateFrame>
  );
}

function Grant({ onClose }: { readonly onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<string>('support');
  const choices = Object.fromEntries(operatorRoles.map((name: OperatorRole) => [name, words.roleNames[name] ?? name]));
  return (
    <Popup title={words.grant} isOpen onClose={onClose}>
      <Proved
        button={words.grant}
        onClose={onClose}
        work={() => ask(address, { method: 'POST', body: { email, role } })}
      >
        <Field
          label={words.email}
          hint={words.emailHint}
          type="email"
          required
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <Choice label={words.role} choices={choices} value={role} onChange={({ target }) => setRole(target.value)} />
      </Proved>
    </Popup>
  );
}

function Take({ of: { id, name, role }, onClose }: { readonly of: OperatorPerson; readonly onClose: () => void }) {
  return (
    <Popup title={words.takeRoleTitle(name, words.roleNames[role] ?? role)} isOpen onClose={onClose}>
      <Proved
        isDangerous
        button={words.takeRole}
        onClose={onClose}
        work={() => ask(`${address}/${encodeURIComponent(id)}/${role}`, { method: 'DELETE' })}
      >
        <p>{words.takeRoleText}</p>
      </Proved>
    </Popup>
  );
}
