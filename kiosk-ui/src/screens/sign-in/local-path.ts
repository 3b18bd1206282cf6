/** Where to go after signing in: a path of our own origin, or the chooser. Never somebody else's page. */
export function localPath(next: string | null): string {
  return next !== null && /^\/(?![/\\])/u.test(next) ? next : '/';
}
