import { Link } from '@tanstack/react-router';
import { links } from '../links.ts';
import { text } from '../text/english.ts';
import { FaultView } from './query-state.tsx';

export function RouteFault({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  return (
    <div className="p-6">
      <FaultView error={error} onAgain={reset} />
    </div>
  );
}

export function NothingHere() {
  return (
    <main className="p-6">
      <h1 className="text-xl">{text.fault.notHere}</h1>
      <Link to={links.overview} className="mt-4 inline-block">
        {text.fault.toOverview}
      </Link>
    </main>
  );
}
