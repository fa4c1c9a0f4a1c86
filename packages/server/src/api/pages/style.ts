/** The look of the pages: one column on a phone, the list of calls beside the text on a wide screen. */
export const styleText = `
:root {
  --text: #1a2230; --quiet: #5a6475; --ground: #ffffff; --panel: #f5f6f9; --line: #dfe3ea; --accent: #1f4fd8;
  --get: #0b6b4b; --post: #1f4fd8; --put: #8a4b00; --delete: #a5182b;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  color: var(--text); background: var(--ground);
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6e9f0; --quiet: #a2abbd; --ground: #12151c; --panel: #1b202b; --line: #303848; --accent: #8fb0ff;
    --get: #62d3a5; --post: #8fb0ff; --put: #f0b061; --delete: #ff8f9b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; }
a { color: var(--accent); text-underline-offset: 2px; }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--ground); padding: .5rem 1rem; z-index: 2; }
main { max-width: 54rem; padding: 1rem; margin: 0 auto; }
nav { padding: 1rem; border-bottom: 1px solid var(--line); }
nav ul { list-style: none; margin: .25rem 0 .75rem; padding: 0; }
nav a { display: block; padding: .3rem .25rem; text-decoration: none; overflow-wrap: anywhere; }
nav a:hover { text-decoration: underline; }
nav summary, nav h2 { font-size: .95rem; font-weight: 650; margin: 0; padding: .35rem 0; cursor: pointer; }
button { font: inherit; padding: .4rem .9rem; margin: .25rem 0; cursor: pointer; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .5rem 0 1rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 2rem 0 .25rem; }
h4 { font-size: .9rem; margin: 1.1rem 0 .35rem; color: var(--quiet); }
section.call { border-top: 1px solid var(--line); padding-top: .5rem; scroll-margin-top: 1rem; }
code, pre { font-family: ui-monospace, "Cascadia Code", Menlo, Consolas, monospace; font-size: .88em; }
code { overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem; overflow-x: auto; }
.line { display: flex; flex-wrap: wrap; gap: .5rem; align-items: baseline; }
.method { font-weight: 700; }
.get { color: var(--get); } .post { color: var(--post); } .put, .patch { color: var(--put); } .delete { color: var(--delete); }
.lines { white-space: pre-line; }
.quiet { color: var(--quiet); font-size: .9rem; }
dl { margin: 0; border: 1px solid var(--line); border-radius: .4rem; }
dl > div { padding: .5rem .8rem; border-top: 1px solid var(--line); }
dl > div:first-child { border-top: 0; }
dt { display: flex; flex-wrap: wrap; gap: .2rem .6rem; align-items: baseline; }
dd { margin: 0; color: var(--quiet); font-size: .93rem; }
@media (min-width: 62rem) {
  body.reference { display: grid; grid-template-columns: 19rem 1fr; }
  body.reference nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; border-bottom: 0; border-right: 1px solid var(--line); }
  body.reference main { margin: 0; padding: 1.5rem 3rem 6rem; }
}
`
