import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../../api.ts';
import { count } from '../../format.ts';
import { OperateFrame, useCanOperate } from '../../parts/operate-frame.tsx';
import { Empty, Figures, Moment } from '../../parts/page.tsx';
import { Popup } from '../../parts/popup.tsx';
import { Proved } from '../../parts/proved.tsx';
import { Answer } from '../../parts/query-state.tsx';
import { Table } from '../../parts/table.tsx';
import type { Letter } from '../../shapes.ts';
import { text } from '../../text/english.ts';
import { operateText } from '../../text/operate.ts';

const address = '/api/v1/operator/outbox';
const words = operateText;

/** Letters to people: to whom, when and whether they were sent. What they say is behind a proof. */
export function OperateOutbox() {
  const outbox = useQuery({
    queryKey: ['operator', 'outbox'],
    queryFn: () => ask<{ readonly data: readonly Letter[]; readonly sends: boolean }>(address),
    refetchInterval: 10_000,
  });
  const [read, setRead] = useState<Letter>();
  return (
    <OperateFrame title={words.outbox}>
      <Answer of={outbox}>
        {({ data, sends }) => (
          <>
            <Figures
              of={[
                [words.letters, count(data.length)],
                [words.mail, sends ? words.mailSends : words.mailNot],
              ]}
            />
            {data.length === 0 ? (
              <Empty title={words.noLetters} words={words.noLettersHint} code={words.mailCode} />
            ) : (
              <LetterTable of={data} onRead={setRead} />
            )}
          </>
        )}
      </Answer>
      {read ? <Read of={read} onClose={() => setRead(undefined)} /> : null}
    </OperateFrame>
  );
}

function LetterTable({
  of: letters,
  onRead,
}: {
  readonly of: readonly Letter[];
  readonly onRead: (of: Letter) => void;
}) {
  const mayRead = useCanOperate('operate.letters');
  return (
    <Table label={words.outbox} heads={[words.to, words.subject, text.keys.state, words.at]} last={text.keys.actions}>
      {letters.map((letter) => (
        <tr key={`${letter.at} ${letter.to} ${letter.kind}`}>
          <th scope="row" className="font-normal">
            {letter.to}
          </th>
          <td>{letter.subject}</td>
          <td>{words.letterStates[letter.state] ?? letter.state}</td>
          <td>
            <Moment at={letter.at} />
          </td>
          <td>
            <button
              type="button"
              className="button"
              disabled={!mayRead || letter.id === null}
              title={letter.id === null ? words.noText : mayRead ? undefined : words.mayNot}
              aria-label={`${words.read}: ${letter.to}`}
              onClick={() => onRead(letter)}
            >
              {words.read}
            </button>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Read({ of: { id, subject }, onClose }: { readonly of: Letter; readonly onClose: () => void }) {
  const [says, setSays] = useState<string>();
  const read = async () => {
    setSays((await askData<{ readonly text: string }>(`${address}/${id}/read`, { method: 'POST', body: {} })).text);
  };
  return (
    <Popup title={subject} isOpen onClose={onClose}>
      {says === undefined ? (
        <Proved button={words.read} onClose={() => {}} work={read}>
          <p>{words.readText}</p>
        </Proved>
      ) : (
        <>
          <pre className="code mb-4 whitespace-pre-wrap">{says}</pre>
          <button type="button" className="button" onClick={onClose}>
            {text.close}
          </button>
        </>
      )}
    </Popup>
  );
}
