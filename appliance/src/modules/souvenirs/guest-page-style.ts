import { lookOf } from './souvenir-look.ts';

/** The same dusk as on the souvenir, for a phone held in one hand. No font, no request but the pictures and the script that renews the page. */
export function guestPageStyle(attraction: string): string {
  const { sky, accent, tint } = lookOf(attraction);
  return `
:root { color-scheme: dark; --accent: ${accent}; --tint: ${tint}; }
* { box-sizing: border-box; margin: 0; }
html { -webkit-text-size-adjust: 100%; background: ${sky[2]}; }
body { min-height: 100vh; min-height: 100svh; padding: max(1.25rem, env(safe-area-inset-top)) 1.25rem 2.5rem;
  font: 1.0625rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: #fff;
  background: linear-gradient(180deg, ${sky[0]} 0%, ${sky[1]} 45%, ${sky[2]} 100%); }
body.called { background: linear-gradient(180deg, ${sky[0]} 0%, ${sky[2]} 50%, ${accent} 130%); }
header, main, footer { max-width: 32rem; margin: 0 auto; }
header { display: flex; align-items: center; justify-content: space-between; gap: 1rem; }
header svg { display: block; height: 1.75rem; width: auto; }
header p { font-size: .9375rem; text-align: end; color: #ffffffd9; overflow-wrap: anywhere; }
.card { margin-top: 1.5rem; padding: 1.5rem 1.25rem; border-radius: 1.25rem; text-align: center;
  background: #0b0f2bb3; border: 1px solid #ffffff2e; }
.attraction { font-size: .9375rem; font-weight: 700; letter-spacing: .08em; text-transform: uppercase; color: var(--tint); }
.ticket { font-size: clamp(4rem, 24vw, 6.5rem); line-height: 1.1; font-weight: 800; letter-spacing: .02em; font-variant-numeric: tabular-nums; }
h1 { margin-top: .75rem; font-size: 1.625rem; line-height: 1.2; text-wrap: balance; }
.called h1 { font-size: 2.25rem; }
.text { margin-top: .5rem; font-size: 1.125rem; text-wrap: pretty; }
.name { margin-top: 1rem; color: #ffffffd9; overflow-wrap: anywhere; }
.score { font-size: clamp(3.25rem, 19vw, 5.5rem); line-height: 1.1; font-weight: 800; font-style: italic; overflow-wrap: anywhere; }
dl:empty { display: none; }
dl { display: flex; flex-wrap: wrap; justify-content: center; gap: .5rem 2rem; margin-top: .75rem; }
dl div { display: flex; flex-direction: column-reverse; }
dt { font-size: .8125rem; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; color: var(--tint); }
dd { margin: 0; font-size: 1.5rem; font-weight: 700; font-variant-numeric: tabular-nums; }
h2 { font-size: 1.25rem; line-height: 1.25; }
.measured ul { margin-top: .75rem; padding: 0; list-style: none; }
.measured li { padding: .5rem 0; border-top: 1px solid #ffffff2e; font-variant-numeric: tabular-nums; }
.picture { display: block; margin-top: 1.5rem; }
.picture img { display: block; width: 100%; height: auto; border-radius: .75rem; box-shadow: 0 .75rem 2rem #00000080; }
.actions { display: grid; gap: .75rem; margin-top: 1.25rem; padding: 0; list-style: none; }
.actions a, .actions button { display: block; width: 100%; padding: .875rem 1rem; border: 1px solid transparent; border-radius: .875rem;
  text-align: center; text-decoration: none; font: inherit; font-size: 1.125rem; font-weight: 700; color: #0b0f2b; background: #fff; cursor: pointer; }
.actions li + li :is(a, button), .calm li :is(a, button) { color: #fff; background: #ffffff1f; border-color: #ffffff66; }
:is(a, button):focus-visible { outline: 3px solid var(--tint); outline-offset: 3px; }
footer { margin-top: 1.5rem; font-size: .875rem; text-align: center; color: #ffffffd9; }
@media (prefers-contrast: more) { .card { background: #000; } }
`;
}
