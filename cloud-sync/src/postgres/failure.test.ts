import { expect, test } from 'vitest';
import { asFailure, failureKindOf, PostgresFailure } from './failure.ts';

const coded = (code: string) => Object.assign(new Error('said'), { code });

test.each([
  ['DG001', 'fenced'],
  ['DG002', 'schema'],
  ['42P01', 'schema'], // undefined_table
  ['42703', 'schema'], // undefined_column
  ['42883', 'schema'], // undefined_function
  ['42501', 'refused'], // insufficient_privilege
  ['28P01', 'refused'], // invalid_password
  ['28000', 'refused'],
  ['3D000', 'refused'], // invalid_catalog_name
  ['SELF_SIGNED_CERT_IN_CHAIN', 'refused'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'refused'],
  ['22P02', 'data'], // invalid_text_representation
  ['22P05', 'data'], // untranslatable_character
  ['22021', 'data'], // character_not_in_repertoire
  ['23502', 'data'], // not_null_violation
  ['21000', 'data'], // cardinality_violation: a key twice in one statement
  ['54000', 'data'], // program_limit_exceeded
  ['54001', 'retry'], // statement_too_complex
  ['40001', 'retry'], // serialization_failure
  ['40P01', 'retry'], // deadlock_detected
  ['53100', 'retry'], // disk_full
  ['53300', 'retry'], // too_many_connections
  ['55P03', 'retry'], // lock_not_available
  ['57014', 'retry'], // query_canceled
  ['57P01', 'retry'], // admin_shutdown
  ['57P03', 'retry'], // cannot_connect_now
  ['25006', 'retry'], // read_only_sql_transaction: a standby
  ['08006', 'retry'], // connection_failure
  ['XX000', 'retry'], // internal_error
  ['ECONNREFUSED', 'retry'],
  ['ECONNRESET', 'retry'],
  ['ENOTFOUND', 'retry'],
  ['ETIMEDOUT', 'retry'],
])('%s is %s', (code, kind) => {
  expect(failureKindOf(coded(code))).toBe(kind);
});

test('a failure without a code may pass', () => {
  expect(failureKindOf(new Error('Connection terminated unexpectedly'))).toBe('retry');
  expect(failureKindOf('what')).toBe('retry');
});

test('a failure tells what Postgres told', () => {
  const failure = asFailure(
    Object.assign(coded('22P02'), { table: 'games', column: 'score', detail: 'why' }),
  );
  expect(failure).toMatchObject({
    kind: 'data',
    code: '22P02',
    table: 'games',
    column: 'score',
    detail: 'why',
  });
  expect(asFailure(failure)).toBe(failure);
  expect(failure).toBeInstanceOf(PostgresFailure);
});

test('a host with several addresses, none of which answers, has a message', () => {
  expect(asFailure(Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' })).message).toBe(
    'ECONNREFUSED',
  );
});
