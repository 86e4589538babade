import { can, permissions, roles } from '#console/contract/permissions.ts';
import { Figures, Heading, Page, Scroll } from '../parts/page.tsx';
import { useHere } from '../session.ts';
import { text } from '../text/english.ts';

/** Who may do what here. */
export function Team() {
  const here = useHere();
  return (
    <Page title={text.team.title}>
      <Figures of={[[text.team.yourRole, here ? (text.team.roles[here.role] ?? here.role) : text.none, here?.name]]} />
      <Heading>{text.team.mayDo}</Heading>
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
                    {can(role, permission) ? (
                      <b>{text.team.yes}</b>
                    ) : (
                      <span className="text-quiet">{text.team.no}</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Page>
  );
}
