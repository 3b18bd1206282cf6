const name = 'dugout_session';

/** HttpOnly and same-site, so that no script and no other site can use it. `Secure` only where TLS is on. */
export function sessionCookie(token: string, maxAgeSeconds: number, secure: boolean): string {
  return `${name}=${token}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}

export const clearedSessionCookie = `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`;

export function readSessionCookie(header: string | undefined): string | undefined {
  const pair = header?.split(';').find((part) => part.trimStart().startsWith(`${name}=`));
  const value = pair?.slice(pair.indexOf('=') + 1).trim();
  return value === '' ? undefined : value;
}
