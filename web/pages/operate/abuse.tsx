import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../../api.ts';
import { count } from '../../format.ts';
import { Choice, Field } from '../../parts/field.tsx';
import { OperateFrame } from '../../parts/operate-frame.tsx';
import { Empty, Figures, Moment } from '../../parts/page.tsx';
import { Popup } from '../../parts/popup.tsx';
import { Proved } from '../../parts/proved.tsx';
import { Answer } from '../../parts/query-state.tsx';
import { Table } from '../../parts/table.tsx';
import type { AbuseCase } from '../../shapes.ts';
import { text } from '../../text/english.ts';
import { operateText } from '../../text/operate.ts';

const address = '/api/v1/operator/abuse';
const words = operateText;

/** What counts and times say of keys that behave unusually, and what a person decided. */
export function OperateAbuse() {
  const queries = useQueryClient();
  const cases = useQuery({ queryKey: ['operator', 'abuse'], queryFn: () => askData<readonly AbuseCase[]>(address) });
  const [decided, setDecided] = useState<AbuseCase>();
  const close = () => {
    setDecided(undefined);
    void queries.invalidateQueries({ queryKey: ['operator', 'abuse'] });
  };
  return (
    <OperateFrame title={words.abuse}>
      <Answer of={cases}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={words.noCases} words={words.noCasesHint} code="fairlead abuse list" />
          ) : (
            <>
              <Figures of={[[words.openCases, count(all.filter(isOpen).length)]]} />
              <CaseTable of={all} onDecide={setDecided} />
            </>
          )
        }
      </Answer>
      {decided ? <Decide of={decided} onClose={close} /> : null}
    </OperateFrame>
  );
}

function CaseTable({
  of: cases,
  onDecide,
}: {
  readonly of: readonly AbuseCase[];
  readonly onDecide: (of: AbuseCase) => void;
}) {
  return (
    <Table
      label={words.abuse}
      heads={[words.sign, text.keys.state, words.holds, words.opened]}
      numbers={[words.counted, words.usual]}
      last={text.keys.actions}
    >
      {cases.map((each) => (
        <tr key={each.id}>
          <th scope="row">
            {each.reason}
            <span className="id block text-xs font-normal text-quiet">{each.key ?? each.workspace}</span>
          </th>
          <td>{words.caseStates[each.state] ?? each.state}</td>
          <td>{each.action}</td>
          <td>
            <Moment at={each.opened_at} />
          </td>
          <td className="number">{count(each.counted)}</td>
          <td className="number">{count(each.usual)}</td>
          <td>
            <button
              type="button"
              className="button"
              aria-label={`${words.decide}: ${each.id}`}
              onClick={() => onDecide(each)}
            >
              {words.decide}
            </button>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function isOpen({ state }: AbuseCase): boolean {
  return state === 'open' || state === 'appealed';
}

function Decide({
  of: { id, reason, action: before },
  onClose,
}: {
  readonly of: AbuseCase;
  readonly onClose: () => void;
}) {
  const [action, setAction] = useState(before);
  const [hours, setHours] = useState('');
  const body = { action, ...(hours === '' ? {} : { hours: Number(hours) }) };
  return (
    <Popup title={words.decideTitle(reason)} isOpen onClose={onClose}>
      <Proved
        button={words.decideDo}
        isDangerous={action === 'stop'}
        onClose={onClose}
        work={() => ask(`${address}/${id}/decide`, { method: 'POST', body })}
      >
        <Choice
          label={words.holds}
          choices={words.actions}
          value={action}
          onChange={({ target }) => setAction(target.value)}
        />
        <Field
          label={words.forHours}
          hint={words.forHoursHint}
          inputMode="numeric"
          value={hours}
          onChange={({ target }) => setHours(target.value)}
        />
      </Proved>
    </Popup>
  );
}
