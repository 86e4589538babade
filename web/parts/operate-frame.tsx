import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { canOperate, type OperatorPermission } from '#console/contract/permissions.ts';
import { links } from '../links.ts';
import { useMe } from '../session.ts';
import { operateText } from '../text/operate.ts';
import { Page } from './page.tsx';

const places = [
  ['operate', 'operate.read'],
  ['operateUpstreams', 'operate.read'],
  ['operateEndpoints', 'operate.read'],
  ['operatePrices', 'operate.read'],
  ['operateWalletRule', 'operate.read'],
  ['operateLedger', 'operate.ledger'],
  ['operateAbuse', 'operate.abuse'],
  ['operateJobs', 'operate.read'],
  ['operateDesk', 'operate.privacy'],
  ['operateOutbox', 'operate.mail'],
  ['operateAudit', 'operate.audit'],
  ['operateRoles', 'operate.roles'],
] as const satisfies readonly (readonly [keyof typeof links, OperatorPermission])[];

/** A page of whoever runs this Fairlead, with the ways to the others that its roles may see. */
export function OperateFrame({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const roles = useMe()?.operator_roles ?? [];
  return (
    <Page title={title} actions={actions}>
      <nav aria-label={operateText.title} className="mb-6 border-b border-line">
        <ul className="flex flex-wrap gap-x-1">
          {places
            .filter(([, permission]) => canOperate(roles, permission))
            .map(([name]) => (
              <li key={name}>
                <Link to={links[name]} className="tab-link" activeOptions={{ exact: true }}>
                  {operateText.places[name]}
                </Link>
              </li>
            ))}
        </ul>
      </nav>
      {children}
    </Page>
  );
}

/** Whether the person may do that for everybody. */
export function useCanOperate(permission: OperatorPermission): boolean {
  return canOperate(useMe()?.operator_roles ?? [], permission);
}
