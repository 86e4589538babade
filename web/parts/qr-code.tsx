import { generate } from 'lean-qr';

/** Empty around it, so that cameras find its edges. */
const margin = 4;

/** What a camera reads: dark on light in both themes, since some read nothing else. */
export function QrCode({ value, label }: { readonly value: string; readonly label: string }) {
  const code = generate(value);
  const { size } = code;
  const squares = Array.from({ length: size * size }, (_, at) => [at % size, Math.floor(at / size)] as const);
  const path = squares
    .filter(([x, y]) => code.get(x, y))
    .map(([x, y]) => `M${x + margin} ${y + margin}h1v1h-1z`)
    .join('');
  const side = size + 2 * margin;
  return (
    <svg viewBox={`0 0 ${side} ${side}`} className="size-48 rounded-md" role="img" aria-label={label}>
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
