/** The machine itself, in either notation of IP. */
export const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/u.test(address);
