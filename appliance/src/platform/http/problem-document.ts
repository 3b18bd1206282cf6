import { Problem } from '../errors.ts';
import { httpProblems } from './http-problems.ts';
import type { Reply } from './route.ts';

/** Any error as an answer: an RFC 9457 document. What is not a `Problem` tells the caller nothing of itself. */
export function problemReply(error: unknown, requestId?: string): Reply {
  const problem = error instanceof Problem ? error : new Problem(httpProblems.internal_error);
  const { kind, detail, extras } = problem;
  const retryAfter = extras['retry_after_seconds'];
  return {
    status: kind.status,
    body: {
      type: `/docs/problems#${kind.code}`,
      title: kind.title,
      status: kind.status,
      code: kind.code,
      ...(detail === undefined ? {} : { detail }),
      ...extras,
      ...(requestId === undefined ? {} : { request_id: requestId }),
    },
    headers: {
      'content-type': 'application/problem+json',
      ...(typeof retryAfter === 'number' ? { 'retry-after': String(retryAfter) } : {}),
      // What is left of such a request is not waited for (RFC 9110, section 15.5.9).
      ...(kind.status === 408 ? { connection: 'close' } : {}),
      ...(kind.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
  };
}
