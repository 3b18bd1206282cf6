/** Two names with the same key are the same name: compatibility forms and capitals do not count. */
export const usernameKey = (username: string): string => username.normalize('NFKC').toLowerCase();
