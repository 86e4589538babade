import { useRef, useState } from 'react';
import { roles } from '#console/contract/permissions.ts';
import { ask, askData } from '../api.ts';
import type { Member } from '../shapes.ts';
import { text } from '../text/english.ts';
import { Choice, Field } from './field.tsx';
import { CodeLine } from './page.tsx';
import { Popup } from './popup.tsx';
import { Proved } from './proved.tsx';

const roleChoices = Object.fromEntries(roles.map((role) => [role, text.team.roles[role] ?? role]));

/** Invites an address; the link is shown here where no mail goes out. */
export function Invite({ onClose }: { readonly onClose: () => void }) {
  const [link, setLink] = useState<string>();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState('developer');
  const isMade = useRef(false);
  const invite = async () => {
    const body = { email, role };
    const made = await askData<{ readonly link: string | null }>('/api/v1/invitations', { method: 'POST', body });
    if (made.link === null) return;
    isMade.current = true;
    setLink(new URL(made.link, location.origin).href);
  };
  return (
    <Popup title={text.team.invite} isOpen onClose={onClose}>
      {link === undefined ? (
        <Proved
          button={text.team.inviteDo}
          onClose={() => {
            if (!isMade.current) onClose();
          }}
          work={invite}
        >
          <Field
            label={text.team.email}
            type="email"
            required
            maxLength={254}
            autoComplete="off"
            value={email}
            onChange={({ target }) => setEmail(target.value)}
          />
          <Choice
            label={text.team.role}
            choices={roleChoices}
            value={role}
            onChange={({ target }) => setRole(target.value)}
          />
        </Proved>
      ) : (
        <>
          <p>{text.team.linkText}</p>
          <CodeLine code={link} />
          <button type="button" className="button is-first" onClick={onClose}>
            {text.team.done}
          </button>
        </>
      )}
    </Popup>
  );
}

export function ChangeRole({ of: member, onClose }: { readonly of: Member; readonly onClose: () => void }) {
  const [role, setRole] = useState(member.role);
  return (
    <Popup title={text.team.changeTitle(member.name)} isOpen onClose={onClose}>
      <Proved
        button={text.team.changeDo}
        onClose={onClose}
        work={() => ask(`/api/v1/members/${member.id}`, { method: 'PATCH', body: { role } })}
      >
        <Choice
          label={text.team.role}
          choices={roleChoices}
          value={role}
          onChange={({ target }) => setRole(target.value)}
        />
      </Proved>
    </Popup>
  );
}

export function RemoveMember({ of: member, onClose }: { readonly of: Member; readonly onClose: () => void }) {
  const words = member.you ? text.team.leaveText : text.team.removeText;
  return (
    <Popup title={member.you ? text.team.leaveTitle : text.team.removeTitle(member.name)} isOpen onClose={onClose}>
      <Proved
        isDangerous
        button={member.you ? text.team.leaveDo : text.team.removeDo}
        onClose={onClose}
        work={async () => {
          await ask(`/api/v1/members/${member.id}`, { method: 'DELETE' });
          if (member.you) location.assign('/console/');
        }}
      >
        <p>{words}</p>
      </Proved>
    </Popup>
  );
}
