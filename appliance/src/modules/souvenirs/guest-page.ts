import type { GuestAnswer } from '../../../contract/games.ts';
import type { ResultSummary } from '../../../contract/progress.ts';
import { Markup, markup } from '../../platform/http/docs-page-markup.ts';
import type { GuestMoment, Result } from './guest-moment.ts';
import { guestPageStyle } from './guest-page-style.ts';
import { answersAt, heardOf, highlightWords, leaveWords, sentenceOf, wordsFor } from './guest-page-words.ts';

export interface GuestPage {
  readonly siteName: string;
  readonly attraction: string;
  readonly attractionName: string;
  readonly ticket: string;
  readonly name: string;
  /** Path of this page; its pictures are below it. */
  readonly path: string;
  readonly moment: GuestMoment;
  /** What the guest last said about coming. */
  readonly said: GuestAnswer | null;
  /** SVG document. */
  readonly wordmark: string;
}

/** A guest's own page: it renews itself, with a script or without, for as long as there is something to wait for. */
export function guestPage(page: GuestPage): string {
  const { moment, said, ticket, attractionName } = page;
  const { headline, text } = wordsFor(moment);
  const heard = heardOf(moment, said);
  return documentOf({
    ...page,
    title: `${ticket} · ${headline}`,
    className: moment.kind,
    refreshSeconds: refreshOf(moment),
    note: 'This page is yours alone: whoever has its address sees it.',
    content: markup`
      <div class="card">
        <p class="attraction">${attractionName}</p>
        ${moment.kind === 'played' ? scoreOf(moment.result) : markup`<p class="ticket">${ticket}</p>`}
        <h1>${headline}</h1>
        <p class="text">${text}</p>
        ${heard === undefined ? undefined : markup`<p class="text">${heard}</p>`}
        <p class="name"><bdi>${page.name}</bdi></p>
      </div>
      ${moment.kind === 'played' && moment.measured !== null ? measuredOf(moment.measured) : undefined}
      ${answersOf(page)}
      ${moment.kind === 'played' && moment.souvenir === 'ready' ? pictureOf(page) : undefined}`,
  });
}

/** Asks once more before a guest leaves the list: that cannot be taken back here. Stands still. */
export const leavePage = (page: GuestPage): string =>
  documentOf({
    ...page,
    title: `${page.ticket} · ${leaveWords.headline}`,
    className: 'leaving',
    refreshSeconds: null,
    content: markup`
      <div class="card">
        <p class="attraction">${page.attractionName}</p>
        <p class="ticket">${page.ticket}</p>
        <h1>${leaveWords.headline}</h1>
        <p class="text">${leaveWords.text}</p>
      </div>
      <ul class="actions">
        <li><a href="${page.path}">${leaveWords.stay}</a></li>
        <li>${answerForm(page.path, 'leaving', leaveWords.leave)}</li>
      </ul>`,
  });

/** Whether a guest can leave the list at this moment. */
export const canLeave = ({ moment, said }: GuestPage): boolean =>
  answersAt(moment, said).some(({ answer }) => answer === 'leaving');

/** For a code that names nothing. */
export const nothingHerePage = (siteName: string, wordmark: string): string =>
  documentOf({
    siteName,
    wordmark,
    attraction: '',
    title: 'Nothing here',
    className: 'nothing',
    refreshSeconds: null,
    content: markup`<div class="card">
        <h1>There is nothing here</h1>
        <p class="text">Check the address on your ticket, or scan its code once more.</p>
      </div>`,
  });

const onItsWay = {
  page: {
    headline: 'This page is on its way',
    text: 'It comes from the venue, whose internet is slow or gone just now. Everything there goes on without it.',
  },
  answer: {
    headline: 'Your answer is on its way',
    text: 'The venue hears of it as soon as its internet is back. If you are close by, tell the staff.',
  },
} as const;

/** Away from the venue: what a guest asks for, or answers, has yet to come from there or to get there. */
export const onItsWayPage = (what: keyof typeof onItsWay, siteName: string, wordmark: string): string =>
  documentOf({
    siteName,
    wordmark,
    attraction: '',
    title: onItsWay[what].headline,
    className: 'waiting',
    refreshSeconds: what === 'page' ? 10 : null,
    content: markup`<div class="card">
        <h1>${onItsWay[what].headline}</h1>
        <p class="text">${onItsWay[what].text}</p>
      </div>`,
  });

function refreshOf(moment: GuestMoment): number | null {
  switch (moment.kind) {
    case 'played':
      return moment.souvenir === 'waiting' || moment.awaitsMeasured ? 2 : null;
    case 'called':
    case 'ready':
      return 5;
    case 'cancelled':
      return null;
    default:
      return 10;
  }
}

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

const figure = (label: string, value: string) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`;

const scoreOf = ({ score, distance, homeruns }: Result): Markup => markup`
        <p class="score">${number.format(score)}</p>
        <dl>
          ${distance === null ? undefined : figure('longest hit', `${number.format(distance)} m`)}
          ${homeruns === null ? undefined : figure(homeruns === 1 ? 'home run' : 'home runs', number.format(homeruns))}
        </dl>`;

const measuredOf = (measured: ResultSummary): Markup => markup`
      <section class="card measured">
        <h2>What your glove measured</h2>
        <p class="text">${sentenceOf(measured)}</p>
        ${measured.highlights.length === 0 ? undefined : markup`<ul>${measured.highlights.map((one) => markup`<li>${highlightWords(one)}</li>`)}</ul>`}
      </section>`;

const pictureOf = ({ path, name, attractionName }: GuestPage): Markup => markup`
      <a class="picture" href="${path}/print.jpg">
        <img src="${path}/print.jpg" width="1844" height="1240" alt="Souvenir of ${name}, ${attractionName}">
      </a>
      <ul class="actions">
        <li><a href="${path}/print.jpg?download=1" download>Save the picture</a></li>
        <li><a href="${path}/story.jpg?download=1" download>Save it for a story</a></li>
      </ul>`;

const answerForm = (path: string, answer: GuestAnswer, words: string): Markup =>
  markup`<form method="post" action="${path}/${answer}"><button>${words}</button></form>`;

function answersOf({ moment, said, path }: GuestPage): Markup | undefined {
  const answers = answersAt(moment, said);
  if (answers.length === 0) return undefined;
  const items = answers.map(({ answer, words }) =>
    answer === 'leaving'
      ? markup`<li><a href="${path}/leave">${words}</a></li>`
      : markup`<li>${answerForm(path, answer, words)}</li>`,
  );
  return markup`<ul class="actions ${moment.kind === 'called' ? '' : 'calm'}">${items}</ul>`;
}

const renewal = (seconds: number): Markup => markup`<script src="/s/renew.js" defer></script>
<noscript><meta http-equiv="refresh" content="${seconds}"></noscript>`;

interface Document {
  readonly siteName: string;
  readonly attraction: string;
  readonly wordmark: string;
  readonly title: string;
  readonly className: string;
  readonly refreshSeconds: number | null;
  readonly content: Markup;
  readonly note?: string;
}

const documentOf = ({
  siteName,
  attraction,
  wordmark,
  title,
  className,
  refreshSeconds,
  content,
  note,
}: Document) =>
  markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex">
<meta name="theme-color" content="#0a1233">
${refreshSeconds === null ? undefined : renewal(refreshSeconds)}
<title>${title}</title>
<style>${new Markup(guestPageStyle(attraction))}</style>
</head>
<body class="${className}">
<header>${new Markup(wordmark)}<p>${siteName}</p></header>
<main aria-live="polite" data-renews="${refreshSeconds ?? ''}">${content}</main>
${note === undefined ? undefined : markup`<footer>${note}</footer>`}
</body>
</html>
`.text;
