import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../../api.ts';
import { count, milliseconds, moment } from '../../format.ts';
import { Field } from '../../parts/field.tsx';
import { OperateFrame, useCanOperate } from '../../parts/operate-frame.tsx';
import { Empty, Figures } from '../../parts/page.tsx';
import { Popup } from '../../parts/popup.tsx';
import { Proved } from '../../parts/proved.tsx';
import { Answer, Refusal } from '../../parts/query-state.tsx';
import { Table } from '../../parts/table.tsx';
import { UpstreamEdit } from '../../parts/upstream-edit.tsx';
import { UpstreamForm } from '../../parts/upstream-form.tsx';
import { useSend } from '../../parts/use-send.ts';
import type { OperatedUpstream } from '../../shapes.ts';
import { text } from '../../text/english.ts';
import { operateText } from '../../text/operate.ts';

const address = '/api/v1/operator/upstreams';
const words = operateText;

type Open =
  | { readonly kind: 'add' }
  | { readonly kind: 'edit' | 'key' | 'remove' | 'accept' | 'switch'; readonly upstream: OperatedUpstream }
  | undefined;

/** Accounts at providers: added, tested, switched off and on, without a restart. */
export function OperateUpstreams() {
  const queries = useQueryClient();
  const upstreams = useQuery({
    queryKey: ['operator', 'upstreams'],
    queryFn: () => askData<readonly OperatedUpstream[]>(address),
    refetchInterval: 10_000,
  });
  const mayChange = useCanOperate('operate.upstreams');
  const [open, setOpen] = useState<Open>();
  const close = () => {
    setOpen(undefined);
    for (const name of ['operator', 'offer']) void queries.invalidateQueries({ queryKey: [name] });
  };
  const out = upstreams.data?.flatMap((each) => each.endpoints_out).length;
  return (
    <OperateFrame
      title={words.upstreams}
      actions={
        <button
          type="button"
          className="button is-first"
          disabled={!mayChange}
          title={mayChange ? undefined : words.mayNot}
          onClick={() => setOpen({ kind: 'add' })}
        >
          {words.add}
        </button>
      }
    >
      <Figures
        of={[
          [words.upstreams, count(upstreams.data?.length ?? null)],
          [words.endpointsOut, count(out ?? null)],
        ]}
      />
      <Answer of={upstreams}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={words.noUpstreams} words={words.noUpstreamsHint} code={words.addCode} />
          ) : (
            <Table
              label={words.upstreams}
              heads={[words.upstream, text.models.state, words.decided, words.credential, words.lastTest]}
              numbers={[words.endpoints]}
              last={text.keys.actions}
            >
              {all.map((upstream) => (
                <UpstreamRow
                  key={`${upstream.name} ${upstream.overruled}`}
                  of={upstream}
                  mayChange={mayChange}
                  onOpen={setOpen}
                  onTested={close}
                />
              ))}
            </Table>
          )
        }
      </Answer>
      <p className="mt-3 max-w-3xl text-xs text-quiet">{words.decidedHint}</p>
      {open?.kind === 'add' ? <UpstreamForm onClose={close} /> : null}
      {open?.kind === 'edit' ? <UpstreamEdit of={open.upstream} onClose={close} /> : null}
      {open && open.kind !== 'add' && open.kind !== 'edit' ? (
        <Change kind={open.kind} of={open.upstream} onClose={close} />
      ) : null}
    </OperateFrame>
  );
}

type RowProps = {
  readonly of: OperatedUpstream;
  readonly mayChange: boolean;
  readonly onOpen: (open: Open) => void;
  readonly onTested: () => void;
};

function UpstreamRow({ of: upstream, mayChange, onOpen, onTested }: RowProps) {
  const { name, provider, decided_by: place, credential, endpoints, overruled } = upstream;
  const refused = upstream.models.some((each) => each.refused !== null);
  return (
    <tr>
      <th scope="row">
        {name} <span className="font-normal text-quiet">{provider}</span>
      </th>
      <td>
        <State of={upstream} />
      </td>
      <td className="max-w-52">{overruled ? words.overruled(place ?? '') : (place ?? words.here)}</td>
      <td className="id">{credential ?? text.none}</td>
      <td>
        <LastTest of={upstream} />
      </td>
      <td className="number">{count(endpoints)}</td>
      <td>
        <div className="flex flex-wrap gap-1">
          <Test name={name} isOff={!mayChange || !upstream.enabled || refused} onTested={onTested} />
          {refused && !overruled ? (
            <Act
              label={words.accept}
              name={name}
              isOff={!mayChange}
              onPress={() => onOpen({ kind: 'accept', upstream })}
            />
          ) : null}
          {place === null ? (
            <>
              <Act
                label={words.edit}
                name={name}
                isOff={!mayChange}
                onPress={() => onOpen({ kind: 'edit', upstream })}
              />
              <Act
                label={upstream.enabled ? words.disable : words.enable}
                name={name}
                isOff={!mayChange}
                onPress={() => onOpen({ kind: 'switch', upstream })}
              />
              <Act
                label={words.newKey}
                name={name}
                isOff={!mayChange}
                onPress={() => onOpen({ kind: 'key', upstream })}
              />
              <Act
                label={words.remove}
                name={name}
                isOff={!mayChange}
                onPress={() => onOpen({ kind: 'remove', upstream })}
              />
            </>
          ) : null}
        </div>
      </td>
    </tr>
  );
}

type ActProps = {
  readonly label: string;
  readonly name: string;
  readonly isOff: boolean;
  readonly onPress: () => void;
};

function Act({ label, name, isOff, onPress }: ActProps) {
  return (
    <button
      type="button"
      className="button"
      disabled={isOff}
      title={isOff ? words.mayNot : undefined}
      aria-label={`${label}: ${name}`}
      onClick={onPress}
    >
      {label}
    </button>
  );
}

/** One real request; what came of it stands in the row afterwards. */
function Test({
  name,
  isOff,
  onTested,
}: {
  readonly name: string;
  readonly isOff: boolean;
  readonly onTested: () => void;
}) {
  const { error, isWorking, send } = useSend();
  const test = () =>
    send(async () => {
      await ask(`${address}/${encodeURIComponent(name)}/test`, { method: 'POST', body: {} });
      onTested();
    });
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={isOff || isWorking}
        aria-label={`${words.test}: ${name}`}
        onClick={() => void test()}
      >
        {isWorking ? words.testing : words.test}
      </button>
      <Refusal error={error} />
    </>
  );
}

function State({ of: { enabled, overruled, endpoints_out: out, models } }: { readonly of: OperatedUpstream }) {
  if (overruled) return <span className="state is-warn">{words.notUsed}</span>;
  if (!enabled) return <span className="state is-warn">{text.keys.disabled}</span>;
  if (models.some(({ refused }) => refused !== null)) return <span className="state is-warn">{words.notAccepted}</span>;
  if (out.length > 0) return <span className="state is-stop">{words.out(out.length)}</span>;
  return <span className="state is-fine">{text.models.works}</span>;
}

function LastTest({ of: { test } }: { readonly of: OperatedUpstream }) {
  if (!test) return <span className="text-quiet">{words.neverTested}</span>;
  return (
    <span className={`state ${test.ok ? 'is-fine' : 'is-stop'}`} title={moment(test.at, Date.now())}>
      {test.ok ? words.answered(milliseconds(test.ms)) : words.failed(test.fault ?? String(test.status))}
    </span>
  );
}

type ChangeProps = {
  readonly kind: 'key' | 'remove' | 'accept' | 'switch';
  readonly of: OperatedUpstream;
  readonly onClose: () => void;
};

function Change({ kind, of: { name, enabled }, onClose }: ChangeProps) {
  const [key, setKey] = useState('');
  const path = `${address}/${encodeURIComponent(name)}`;
  const change = (body: object) => () => ask(path, { method: 'PATCH', body });
  const doings = {
    key: {
      title: words.newKeyTitle(name),
      button: words.newKeyDo,
      says: words.newKeyText,
      work: change({ upstream: { api_key: key } }),
    },
    remove: {
      title: words.removeTitle(name),
      button: words.removeDo,
      says: words.removeText,
      work: () => ask(path, { method: 'DELETE' }),
    },
    accept: {
      title: words.acceptTitle(name),
      button: words.acceptDo,
      says: words.acceptText,
      work: () => ask(`${path}/accept`, { method: 'POST', body: {} }),
    },
    switch: {
      title: enabled ? words.disableTitle(name) : words.enableTitle(name),
      button: enabled ? words.disableDo : words.enableDo,
      says: enabled ? words.disableText : words.enableText,
      work: change({ enabled: !enabled }),
    },
  } as const;
  const { title, button, says, work } = doings[kind];
  return (
    <Popup title={title} isOpen onClose={onClose}>
      <Proved isDangerous={kind === 'remove'} button={button} onClose={onClose} work={work}>
        <p>{says}</p>
        {kind === 'key' ? (
          <Field
            label={words.key}
            type="password"
            autoComplete="off"
            required
            value={key}
            onChange={({ target }) => setKey(target.value)}
          />
        ) : null}
      </Proved>
    </Popup>
  );
}
