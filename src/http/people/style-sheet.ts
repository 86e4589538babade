/** How public pages are laid out, at /style.css; colours and fonts come from /look.css. */
export const styleSheet = `*, ::before, ::after { box-sizing: border-box; }
html { scroll-padding-top: 16px; -webkit-text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--paper); color: var(--ink); font: 450 16px/1.55 var(--sans); }
a { color: var(--accent); text-underline-offset: 2px; text-decoration-thickness: 1px; }
b, strong, h1, h2, h3, h4, th, dt { font-weight: 600; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -999px; top: 8px; padding: 8px 16px; background: var(--raised); border-radius: var(--radius); }
.skip:focus { left: 8px; }
.bar, main, .foot > div { width: 100%; max-width: 1120px; margin: 0 auto; padding-inline: 24px; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 28px; padding-block: 16px; font-size: 14px; }
.mark { display: inline-flex; align-items: center; gap: 8px; color: var(--ink); font-size: 16px; font-weight: 600; text-decoration: none; }
.mark svg { width: 20px; height: 20px; color: var(--accent); }
.bar ul, .foot ul { display: flex; flex-wrap: wrap; gap: 0 20px; margin: 0; padding: 0; list-style: none; }
.bar li a, .foot li a { display: inline-block; padding: 6px 0; color: var(--quiet); text-decoration: none; }
.bar li a:hover, .foot li a:hover { color: var(--ink); text-decoration: underline; }
.bar li a[aria-current] { color: var(--ink); font-weight: 600; box-shadow: inset 0 -2px var(--accent); }
.bar nav { flex: 1; }
.bar .button { padding: 5px 12px; font-size: 13px; }
main { flex: 1; padding-block: 40px 64px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 12px; letter-spacing: -0.01em; }
h2 { font-size: 20px; line-height: 1.3; margin: 40px 0 12px; }
h3 { font-size: 16px; margin: 28px 0 8px; }
h4 { font-size: 14px; margin: 20px 0 4px; }
p, main > ul, main > ol { margin: 0 0 12px; max-width: 68ch; }
.lead { font-size: 16px; color: var(--quiet); }
small, .small { font-size: 13px; }
.quiet { color: var(--quiet); }
.figures { display: flex; flex-wrap: wrap; gap: 16px 48px; margin: 24px 0 32px; }
.figures dt { font-size: 13px; font-weight: 450; color: var(--quiet); }
.figures dd { margin: 0; font-size: 28px; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures dd small { font-size: 14px; font-weight: 450; color: var(--quiet); }
.scroll { overflow-x: auto; margin: 0 0 16px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 8px 16px 8px 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: 13px; font-weight: 450; color: var(--quiet); white-space: nowrap; }
tbody th { font-weight: 600; }
td.number, th.number { text-align: right; white-space: nowrap; }
table.prose td { overflow-wrap: anywhere; }
table.keys th { width: 14rem; font-weight: 450; color: var(--quiet); }
.id { font-weight: 450; }
code, pre, .id { font-family: var(--mono); font-size: 0.9em; font-variant-numeric: tabular-nums; }
.id, td code { overflow-wrap: anywhere; }
p, li, dd { overflow-wrap: break-word; }
:not(pre) > code { overflow-wrap: anywhere; background: var(--code); border-radius: 4px; padding: 1px 4px; }
pre { margin: 0 0 16px; padding: 14px 16px; background: var(--code); border-radius: var(--radius); font-size: 13px; line-height: 1.6; overflow-x: auto; }
pre code { font-size: inherit; }
.tag { display: inline-block; padding: 0 6px; border: 1px solid var(--edge); border-radius: 4px; font-size: 12px; line-height: 18px; white-space: nowrap; }
.state { white-space: nowrap; font-weight: 600; }
.state::before { content: ''; display: inline-block; width: 9px; height: 9px; margin-right: 6px; background: currentColor; border-radius: 50%; }
.state.is-working { color: var(--fine); }
.state.is-out { color: var(--stop); }
.state.is-out::before { border-radius: 0; transform: rotate(45deg) scale(0.85); }
.state.is-some-out { color: var(--warn); }
.state.is-some-out::before { clip-path: polygon(50% 0, 100% 100%, 0 100%); border-radius: 0; }
.days { display: block; width: 180px; height: 24px; }
.days .all { fill: var(--fine); } .days .some { fill: var(--buoy); } .days .few { fill: var(--stop); } .days .none { fill: var(--line); }
.stop { color: var(--stop); font-weight: 600; }
.columns { display: grid; gap: 16px 64px; }
.columns { margin-top: 24px; }
.columns > * { min-width: 0; }
.columns > section > h2 { margin-top: 0; }
table.promises td:first-child { white-space: nowrap; }
.aside ul { margin: 0 0 16px; padding: 0; list-style: none; font-size: 14px; }
.aside li a { display: block; padding: 3px 0; color: var(--quiet); text-decoration: none; }
.aside li a:hover { color: var(--ink); text-decoration: underline; }
.aside li a[aria-current] { color: var(--accent); font-weight: 600; }
.aside h2 { font-size: 13px; margin: 0 0 4px; }
.aside summary { padding: 8px 0; font-size: 14px; cursor: pointer; }
form { display: grid; gap: 20px; margin: 24px 0 0; max-width: 28rem; }
label { display: grid; gap: 4px; font-size: 14px; font-weight: 600; }
label small { font-weight: 450; color: var(--quiet); }
input { font: inherit; padding: 8px 10px; border: 1px solid var(--edge); border-radius: var(--radius); background: var(--raised); color: inherit; }
button, .button { font: inherit; font-size: 14px; font-weight: 600; justify-self: start; padding: 8px 16px; border: 0; border-radius: var(--radius); background: var(--accent); color: var(--on-accent); text-decoration: none; cursor: pointer; }
.foot { border-top: 1px solid var(--line); font-size: 13px; color: var(--quiet); }
.foot > div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 32px; padding-block: 16px; }
ins { text-decoration: underline; }
.notice { width: 100%; max-width: 1120px; margin: 0 auto; padding: 0 24px; font-size: 14px; }
.notice p { max-width: none; margin: 0 0 4px; padding: 8px 12px; border-left: 3px solid var(--buoy); background: var(--raised); }
@media (min-width: 900px) {
  .columns { grid-template-columns: 200px minmax(0, 1fr); }
  .columns.halves { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  .aside { position: sticky; top: 16px; align-self: start; max-height: calc(100vh - 32px); overflow-y: auto; }
}
@media (max-width: 600px) {
  .bar, main, .foot > div { padding-inline: 16px; }
  main { padding-block: 24px 48px; }
  .figures { gap: 12px 32px; } .figures dd { font-size: 20px; }
}
@media print { .bar, .foot, .skip, .aside { display: none; } }
`;
