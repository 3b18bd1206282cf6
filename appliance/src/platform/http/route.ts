import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Role, ServiceRole } from '../../../contract/auth.ts';
import type { Reader, Transaction } from '../database/transaction.ts';
import type { Principal } from './principal.ts';
import type { FromAfar } from './remote.ts';

/** Who may call a route: everybody, everybody who is signed in, or these roles. */
export type Access = 'public' | 'signed_in' | readonly (Role | ServiceRole)[];

export interface RouteRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly principal: Principal;
  /** Venue time at which the request arrived, epoch milliseconds. */
  readonly at: number;
  readonly address: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Reply {
  readonly status: number;
  /** An object is sent as JSON; a string, bytes or a stream as the `Content-Type` in `headers` says. */
  readonly body?: object | string | Buffer | Readable | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (body: object): Reply => ({ status: 200, body });
export const created = (body: object): Reply => ({ status: 201, body });
export const noContent: Reply = { status: 204 };
export const html = (status: number, page: string): Reply => ({
  status,
  body: page,
  headers: { 'content-type': 'text/html; charset=utf-8' },
});

/** Bytes; of a route that does not say more. */
export const defaultBodyLimit = 64 * 1024;

interface Description<Params, Query, Body> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Canonical path, `:name` for parameters. */
  readonly path: string;
  /** Other paths that do the same: those of the seeds. */
  readonly aliases?: readonly string[];
  readonly access: Access;
  readonly tag: string;
  readonly summary: string;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  /** Schema of a JSON body; `'bytes'` for a raw one (an image), `'form'` for fields as an HTML form sends them. */
  readonly body?: z.ZodType<Body> | 'bytes' | 'form';
  /** What the bytes of a raw body are, where they are JSON that the route has read elsewhere: for the reference. */
  readonly bytesAre?: z.ZodType;
  /** Largest body in bytes; 64 KiB unless told. */
  readonly bodyLimit?: number;
  /** What it answers, by status. A string describes an answer that is not JSON. */
  readonly replies: Readonly<Record<number, z.ZodType | string>>;
}

type Prepare<Params, Query, Body, Prepared> = (
  request: RouteRequest<Params, Query, Body>,
) => Promise<Prepared>;

interface ReadRouteSpec<Params, Query>
  extends Omit<Description<Params, Query, undefined>, 'body' | 'bytesAre' | 'bodyLimit'> {
  readonly method: 'GET';
  /** It speaks of the venue's own machine, and not of data that a copy has. */
  readonly remote?: 'venue_only';
  /** Who asks goes on from the last that they saw: a copy that has only a part of what is new would have them skip the rest. */
  readonly inOrder?: true;
  readonly read: (request: RouteRequest<Params, Query, undefined>, reader: Reader) => Promise<Reply>;
}

interface WriteRouteSpec<Params, Query, Body, Prepared> extends Description<Params, Query, Body> {
  /** How it is asked for from afar; by anybody who may call it, for a day, unless told. */
  readonly remote?: FromAfar;
  /** Slow or outside work (a password hash, an image), done before the transaction opens. */
  readonly prepare?: Prepare<Params, Query, Body, Prepared>;
  readonly write: (
    transaction: Transaction,
    request: RouteRequest<Params, Query, Body>,
    prepared: Prepared,
  ) => Reply;
}

/** A route as the application holds it: what it is, and one of the two ways it is served. */
export interface Route extends Description<unknown, unknown, unknown> {
  readonly remote?: FromAfar;
  readonly inOrder?: true;
  readonly read?: (request: RouteRequest<unknown, unknown, unknown>, reader: Reader) => Promise<Reply>;
  readonly prepare?: Prepare<unknown, unknown, unknown, unknown>;
  readonly write?: (
    transaction: Transaction,
    request: RouteRequest<unknown, unknown, unknown>,
    prepared: unknown,
  ) => Reply;
}

/** A route that changes nothing. The same value is served over Postgres by the replica. */
export const readRoute = <Params = unknown, Query = unknown>(spec: ReadRouteSpec<Params, Query>): Route =>
  spec as unknown as Route;

/**
 * A route that writes. Its whole answer is made in one transaction, so that the effect and the remembered answer of
 * its `Idempotency-Key` stand or fall together.
 */
export const writeRoute = <Params = unknown, Query = unknown, Body = undefined, Prepared = undefined>(
  spec: WriteRouteSpec<Params, Query, Body, Prepared>,
): Route => spec as unknown as Route;
