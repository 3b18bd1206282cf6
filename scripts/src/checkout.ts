import { fileURLToPath } from 'node:url';

/** The root of the checkout, or of the release: where `package.json` is. */
export const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** Absolute path of a file of the project. */
export const inCheckout = (path: string): string => `${checkout}${path}`;
