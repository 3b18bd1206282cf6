import type { Role, ServiceRole } from '../../../contract/auth.ts';

/** Who a request acts as. */
export interface Principal {
  readonly userId: string;
  readonly username: string;
  readonly role: Role | ServiceRole | 'anonymous';
  /** The player this user is, when they are one. */
  readonly playerId: string | null;
  readonly sessionId: string | null;
}

/** Nobody signed in. Only public routes see it. */
export const anonymous: Principal = {
  userId: '',
  username: 'anonymous',
  role: 'anonymous',
  playerId: null,
  sessionId: null,
};

/** A program of this machine: see `ServiceRole`. */
export const service: Principal = {
  userId: '',
  username: 'service',
  role: 'service',
  playerId: null,
  sessionId: null,
};

export interface RequestCredentials {
  authorization: string | undefined;
  /** Value of the session cookie. */
  cookie: string | undefined;
  address: string;
}

export interface Authenticated {
  principal: Principal;
  /** Set when the verified token is past half its life: the answer carries this one. */
  renewed?: { token: string; expiresAt: number };
}

/**
 * Turns what a request carries into a principal; null when it carries nothing. Throws a `Problem` (401, 429) for
 * credentials that are wrong.
 */
export type Authenticate = (credentials: RequestCredentials) => Promise<Authenticated | null>;
