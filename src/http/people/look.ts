import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

// How Fairlead looks, in one place: the public pages and the dashboard share these tokens and fonts.

/** Contrast of text to paper is at least 4.5 to 1 in both themes. */
const tokens = `:root {
  color-scheme: light dark;
  --ink: #0f1b2d; --paper: #fbfaf7; --raised: #ffffff; --quiet: #4a5565; --line: #0f1b2d1a; --edge: #0f1b2d73;
  --accent: #0b7a75; --on-accent: #ffffff; --tint: #0b7a7514;
  --warn: #ad4d0a; --stop: #b3261e; --fine: #2f6f3e; --buoy: #c2570c; --code: #0f1b2d0a;
  --sans: 'Fairlead Sans', system-ui, sans-serif; --mono: 'Fairlead Mono', ui-monospace, monospace;
  --radius: 6px;
}
@media (prefers-color-scheme: dark) { :root {
  --ink: #e8ecf2; --paper: #0e141d; --raised: #161e2a; --quiet: #a7b1c0; --line: #e8ecf21a; --edge: #e8ecf26b;
  --accent: #3fb8af; --on-accent: #0e141d; --tint: #3fb8af1f;
  --warn: #f0a36b; --stop: #ff8f86; --fine: #7fc795; --buoy: #e8813a; --code: #e8ecf20f;
} }
`;

type Font = { readonly family: string; readonly range: string; readonly file: string };

const latin =
  'U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD';
const beyondLatin =
  'U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+1D00-1DBF, U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF';

/** By the name that they are served under, below /fonts/. */
const fonts: ReadonlyMap<string, Font> = new Map([
  [
    'sans.woff2',
    {
      family: 'Fairlead Sans',
      range: latin,
      file: import.meta.resolve(
        '@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2',
      ),
    },
  ],
  [
    'sans-ext.woff2',
    {
      family: 'Fairlead Sans',
      range: beyondLatin,
      file: import.meta.resolve(
        '@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2',
      ),
    },
  ],
  [
    'mono.woff2',
    {
      family: 'Fairlead Mono',
      range: latin,
      file: import.meta.resolve(
        '@fontsource-variable/atkinson-hyperlegible-mono/files/atkinson-hyperlegible-mono-latin-wght-normal.woff2',
      ),
    },
  ],
  [
    'mono-ext.woff2',
    {
      family: 'Fairlead Mono',
      range: beyondLatin,
      file: import.meta.resolve(
        '@fontsource-variable/atkinson-hyperlegible-mono/files/atkinson-hyperlegible-mono-latin-ext-wght-normal.woff2',
      ),
    },
  ],
]);

/** The bytes of a font; undefined: there is none of this name. */
export function fontNamed(name: string): Uint8Array<ArrayBuffer> | undefined {
  const font = fonts.get(name);
  return font && Uint8Array.from(readFileSync(new URL(font.file)));
}

const faces = [...fonts].map(
  ([name, { family, range }]) =>
    `@font-face { font-family: '${family}'; src: url('/fonts/${name}') format('woff2'); font-weight: 200 800; font-display: swap; unicode-range: ${range}; }`,
);

/** Tokens and fonts, at /look.css. */
export const lookSheet = `${tokens}${faces.join('\n')}\n`;

/** The address of a sheet that may be kept for ever: another text has another address. */
export function addressOf(path: string, text: string): string {
  return `${path}?v=${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}
