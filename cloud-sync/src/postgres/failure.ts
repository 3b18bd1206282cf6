/**
 * What became of a request to Postgres, by what can be done about it.
 * `fenced`: the cloud stands elsewhere than we think; read where, decide. `data`: this very content is refused, now
 * and always. `schema`: the cloud does not know a table, a column or a function yet. `refused`: the credential is not
 * let in or not allowed to. `retry`: everything that time may heal. What a request did is unknown after it: throw the
 * connection away and ask the cloud where it stands.
 */
export type FailureKind = 'fenced' | 'data' | 'schema' | 'refused' | 'retry';

/** Raised by the cloud's own functions. */
export const ownStates = { fenced: 'DG001', unknownTable: 'DG002' } as const;

const bySqlState: Readonly<Record<string, FailureKind>> = {
  [ownStates.fenced]: 'fenced',
  [ownStates.unknownTable]: 'schema',
  // insufficient_privilege, amid the class of what does not exist
  '42501': 'refused',
  // invalid_catalog_name, invalid_schema_name
  '3D000': 'refused',
  '3F000': 'schema',
  // program_limit_exceeded: a row or a key that is too large
  '54000': 'data',
};

/** By the first two characters; see "PostgreSQL Error Codes". A class that is not here is worth another try. */
const byClass: Readonly<Record<string, FailureKind>> = {
  '21': 'data',
  '22': 'data',
  '23': 'data',
  '28': 'refused',
  '42': 'schema',
};

/** A certificate does not become right by waiting; see "OpenSSL Error Codes" in Node's tls. */
const ofCertificates = /^(?:ERR_TLS_CERT|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/u;
const sqlState = /^[0-9A-Z]{5}$/u;

/** A request to Postgres that failed, or whose answer never came. */
export class PostgresFailure extends Error {
  override readonly name = 'PostgresFailure';
  readonly kind: FailureKind;
  /** SQLSTATE, or the operating system's code; null when there is neither. */
  readonly code: string | null;
  /** The DETAIL of the error; for `fenced` a JSON text with where the cloud stands. */
  readonly detail: string | null;
  /** Which table and column Postgres blames, when it says so. */
  readonly table: string | null;
  readonly column: string | null;

  constructor(message: string, kind: FailureKind, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.code = textOf(cause, 'code');
    this.detail = textOf(cause, 'detail');
    this.table = textOf(cause, 'table');
    this.column = textOf(cause, 'column');
  }
}

export function failureKindOf(error: unknown): FailureKind {
  if (error instanceof PostgresFailure) return error.kind;
  const code = textOf(error, 'code');
  if (code === null) return 'retry';
  if (ofCertificates.test(code)) return 'refused';
  if (!sqlState.test(code)) return 'retry';
  return bySqlState[code] ?? byClass[code.slice(0, 2)] ?? 'retry';
}

export function asFailure(error: unknown): PostgresFailure {
  if (error instanceof PostgresFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  // A refused connection to several addresses is an AggregateError without a message of its own.
  return new PostgresFailure(
    message || textOf(error, 'code') || 'the connection failed',
    failureKindOf(error),
    error,
  );
}

function textOf(error: unknown, name: string): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const value = (error as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
}
