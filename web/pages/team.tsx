import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { can, permissions, roles } from '#console/contract/permissions.ts';
import { ask, askData } from '../api.ts';
import { useCan } from '../can.ts';
import { count } from '../format.ts';
import { Figures, Heading, Moment, Page, Scroll } from '../parts/page.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import { ChangeRole, Invite, RemoveMember } from '../parts/team-popups.tsx';
import { useSend } from '../parts/use-send.ts';
import { useHere } from '../session.ts';
import type { Invitation, Member } from '../shapes.ts';
import { text } from '../text/english.ts';

type Open = { readonly kind: 'invite' } | { readonly kind: 'role' | 'remove'; readonly member: Member } | undefined;

/** Who belongs to the workspace, who is asked to, and who may do what. */
export function Team() {
  const here = useHere();
  const members = useQuery({ queryKey: ['members'], queryFn: () => askData<readonly Member[]>('/api/v1/members') });
  const queries = useQueryClient();
  const mayInvite = useCan('members.invite');
  const [open, setOpen] = useState<Open>();
  const close = () => {
    setOpen(undefined);
    for (const name of ['members', 'invitations']) void queries.invalidateQueries({ queryKey: [name] });
  };
  const invite = (
    <button
      type="button"
      className="button is-first"
      disabled={!mayInvite}
      title={mayInvite ? undefined : text.team.mayNot}
      onClick={() => setOpen({ kind: 'invite' })}
    >
      {text.team.invite}
    </button>
  );
  return (
    <Page title={text.team.title} actions={invite}>
      <Answer of={members}>
        {(all) => (
          <>
            <Figures
              of={[
                [text.team.members, count(all.length)],
                [text.team.yourRole, here ? (text.team.roles[here.role] ?? here.role) : text.none],
              ]}
            />
            <MemberTable of={all} onOpen={setOpen} />
          </>
        )}
      </Answer>
      {mayInvite ? <Invitations /> : null}
      <Heading>{text.team.mayDo}</Heading>
      <PermissionTable />
      {open?.kind === 'invite' ? <Invite onClose={close} /> : null}
      {open?.kind === 'role' ? <ChangeRole of={open.member} onClose={close} /> : null}
      {open?.kind === 'remove' ? <RemoveMember of={open.member} onClose={close} /> : null}
    </Page>
  );
}

function MemberTable({
  of: members,
  onOpen,
}: {
  readonly of: readonly Member[];
  readonly onOpen: (open: Open) => void;
}) {
  const mayChange = useCan('members.change');
  const why = mayChange ? undefined : text.team.mayNotChange;
  return (
    <Scroll label={text.team.members}>
      <table className="table max-w-4xl">
        <thead>
          <tr>
            {[text.team.name, text.team.email, text.team.role, text.team.since, text.keys.actions].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={member.id}>
              <th scope="row">
                {member.name} {member.you ? <span className="tag font-normal">{text.team.you}</span> : null}
              </th>
              <td>{member.email}</td>
              <td>{text.team.roles[member.role] ?? member.role}</td>
              <td>
                <Moment at={member.since} />
              </td>
              <td>
                <span className="flex gap-2">
                  <button
                    type="button"
                    className="button"
                    disabled={!mayChange}
                    title={why}
                    aria-label={`${text.team.change}: ${member.name}`}
                    onClick={() => onOpen({ kind: 'role', member })}
                  >
                    {text.team.change}
                  </button>
                  <button
                    type="button"
                    className="button"
                    disabled={!mayChange && !member.you}
                    title={member.you ? undefined : why}
                    aria-label={`${member.you ? text.team.leave : text.team.remove}: ${member.name}`}
                    onClick={() => onOpen({ kind: 'remove', member })}
                  >
                    {member.you ? text.team.leave : text.team.remove}
                  </button>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Invitations() {
  const invitations = useQuery({
    queryKey: ['invitations'],
    queryFn: () => askData<readonly Invitation[]>('/api/v1/invitations'),
  });
  const queries = useQueryClient();
  const { error, isWorking, send } = useSend();
  const revoke = (id: string) =>
    send(async () => {
      await ask(`/api/v1/invitations/${id}`, { method: 'DELETE' });
      await queries.invalidateQueries({ queryKey: ['invitations'] });
    });
  return (
    <section>
      <Heading>{text.team.invitations}</Heading>
      <Refusal error={error} />
      <Answer of={invitations}>
        {(all) =>
          all.length === 0 ? (
            <p className="text-quiet">{text.team.noInvitations}</p>
          ) : (
            <ul className="grid max-w-4xl gap-2">
              {all.map(({ id, email, role, expires_at: expires }) => (
                <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-line pb-2">
                  <span className="font-semibold">{email}</span>
                  <span>{text.team.roles[role] ?? role}</span>
                  <span className="text-quiet">
                    {text.team.until} <Moment at={expires} />
                  </span>
                  <button
                    type="button"
                    className="button"
                    disabled={isWorking}
                    aria-label={`${text.team.revoke}: ${email}`}
                    onClick={() => void revoke(id)}
                  >
                    {text.team.revoke}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </section>
  );
}

function PermissionTable() {
  return (
    <Scroll label={text.team.mayDo}>
      <table className="table max-w-3xl">
        <thead>
          <tr>
            <th scope="col">{text.team.permission}</th>
            {roles.map((role) => (
              <th key={role} scope="col">
                {text.team.roles[role]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(Object.keys(permissions) as (keyof typeof permissions)[]).map((permission) => (
            <tr key={permission}>
              <th scope="row" className="font-normal">
                {text.team.permissions[permission] ?? permission}
              </th>
              {roles.map((role) => (
                <td key={role}>
                  {can(role, permission) ? <b>{text.team.yes}</b> : <span className="text-quiet">{text.team.no}</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
