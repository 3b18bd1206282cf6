import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inCheckout } from '../checkout.ts';
import { screens } from './screens.ts';

test('npm start names the screens that there are', () => {
  const app = readFileSync(inCheckout('kiosk-ui/src/app.tsx'), 'utf8');
  const routed = [...app.matchAll(/<Route path="(?<path>[^":]+)"/gu)].map((match) => match.groups?.['path']);
  expect(screens.map(({ path }) => path).sort()).toEqual(routed.sort());
});
