import { createHash } from 'node:crypto';
import { Markup, markup } from './docs-page-markup.ts';
import { html, type Reply } from './route.ts';

const style = `
:root { color-scheme: light dark; --ink: #14213d; --soft: #5a6478; --line: #d9dee7; --paper: #fff; --wash: #f4f6fa;
  --accent: #b3412a; --get: #1d6b4f; --write: #8a4b08; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #9aa5b8; --line: #2c3548; --paper: #10151f;
  --wash: #182030; --accent: #f08a6f; --get: #6fcfa3; --write: #f0b35e; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
a { color: inherit; text-decoration-color: var(--accent); text-underline-offset: 0.2em; }
code, .path { font: 0.9em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
.page { display: grid; grid-template-columns: 15rem minmax(0, 56rem); gap: 3rem; max-width: 80rem; margin: 0 auto;
  padding: 2rem 1.5rem 6rem; }
nav { position: sticky; top: 2rem; align-self: start; max-height: calc(100vh - 4rem); overflow: auto; }
nav ul { list-style: none; margin: 0.2rem 0 1.2rem; padding: 0; }
nav a { display: block; padding: 0.15rem 0; color: var(--soft); text-decoration: none; }
nav a:hover { color: var(--ink); }
h1 { font-size: 2.2rem; line-height: 1.15; margin: 0 0 0.5rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 0.8rem; padding-bottom: 0.3rem; border-bottom: 2px solid var(--accent); }
p { margin: 0.4rem 0; }
h3 { font-size: 0.8rem; text-transform: uppercase; letter-spacing: 0.08em; color: var(--soft); margin: 1.2rem 0 0.3rem; }
.lead, .soft { color: var(--soft); }
details, .card { border: 1px solid var(--line); border-radius: 0.6rem; margin: 0.5rem 0; background: var(--paper); }
summary { display: grid; grid-template-columns: 4.6rem minmax(0, 1fr) auto; gap: 0.2rem 0.8rem; align-items: baseline;
  padding: 0.6rem 0.9rem; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary:hover, details[open] > summary { background: var(--wash); border-radius: 0.6rem; }
summary .says { grid-column: 2 / -1; color: var(--soft); }
.inside, .card { padding: 0.2rem 0.9rem 0.9rem; }
.verb { font: 700 0.75rem/1 ui-monospace, monospace; color: var(--write); }
.verb.get, .verb.send { color: var(--get); }
.tag { font-size: 0.78rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0.05rem 0.55rem;
  color: var(--soft); white-space: nowrap; }
table { width: 100%; border-collapse: collapse; font-size: 0.93rem; }
td { padding: 0.35rem 0.8rem 0.35rem 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td:first-child { width: 14rem; } tr:first-child td { border-top: 0; }
h3 code { text-transform: none; letter-spacing: 0; font-size: 1.1em; color: var(--ink); }
details:target::details-content { content-visibility: visible; block-size: auto; }
.card:target, details:target { outline: 2px solid var(--accent); }
@media (max-width: 56rem) { .page { display: block; } summary { grid-template-columns: 3.2rem minmax(0, 1fr); }
  summary .tag { grid-column: 2; justify-self: start; } nav { position: static; max-height: none; }
  nav ul { display: flex; flex-wrap: wrap; gap: 0 1rem; } td:first-child { width: 9rem; } }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** The page runs nothing and loads nothing: its own style is all the browser may apply. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface Chapter {
  readonly title: string;
  /** Anchor and text of each section. */
  readonly sections: readonly (readonly [string, string])[];
}

/** A whole page: navigation on the left, content on the right. */
export function docsLayout(title: string, chapters: readonly Chapter[], content: Markup): Reply {
  const page = markup`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${new Markup(style)}</style></head>
<body><div class="page">
<nav aria-label="Sections">${chapters.map(
    (chapter) => markup`<strong>${chapter.title}</strong>
<ul>${chapter.sections.map(([anchor, text]) => markup`<li><a href="${anchor}">${text}</a></li>`)}</ul>`,
  )}</nav>
<main>${content}</main>
</div></body>
</html>
`;
  const reply = html(200, page.text);
  return { ...reply, headers: { ...reply.headers, 'content-security-policy': policy } };
}
