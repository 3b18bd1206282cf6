/** The address of an outside broker with neither user nor password, which nobody else needs to read, nor a query. */
export function withoutUser(url: string): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.search = '';
  return bare.href;
}

export function userOf(url: string): { username?: string; password?: string } {
  const { username, password } = new URL(url);
  if (username === '') return {};
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}
