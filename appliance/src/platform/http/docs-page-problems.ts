import type { ProblemKind } from '../errors.ts';
import { docsLayout } from './docs-page-layout.ts';
import { markup, prose } from './docs-page-markup.ts';
import type { Reply } from './route.ts';

/** The error catalogue: where the `type` of every problem document points, each code an anchor. */
export function problemsPage(problems: Iterable<ProblemKind>): Reply {
  const sorted = [...problems].sort((a, b) => a.status - b.status || a.code.localeCompare(b.code));
  const chapters = [
    { title: 'Problems', sections: sorted.map(({ code }) => [`#${code}`, code] as const) },
    { title: 'More', sections: [['/docs', 'reference'] as const] },
  ];
  return docsLayout(
    'Problems',
    chapters,
    markup`<h1>Problems</h1>
<p class="lead">What can go wrong, whether that is normal, and what to do. Decide by <code>code</code>: titles may change.</p>
${sorted.map(
  ({ code, status, title, cause, remedy }) => markup`<article class="card" id="${code}">
<h3>${status} · <code>${code}</code></h3><strong>${title}</strong>
<p>${prose(cause)}</p><p class="soft">${prose(remedy)}</p></article>`,
)}`,
  );
}
