import type { z } from 'zod';
import { type FieldError, Problem } from '../errors.ts';
import { httpProblems } from './http-problems.ts';

const escaped = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');

/** Answers the value as the schema makes it, or throws `invalid_request` with one entry per bad field. */
export function validated<Value>(schema: z.ZodType<Value>, value: unknown, where: 'body' | 'query'): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors: FieldError[] = result.error.issues.slice(0, 50).map((issue) => ({
    pointer: where === 'query' ? `?${issue.path.join('.')}` : `/${issue.path.map(escaped).join('/')}`,
    code: issue.code,
    message: issue.message,
  }));
  throw new Problem(httpProblems.invalid_request, undefined, { errors });
}
