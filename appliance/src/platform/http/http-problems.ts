import { defineProblems } from '../errors.ts';

export const httpProblems = defineProblems({
  not_found: {
    status: 404,
    title: 'There is nothing here.',
    cause: 'The address names nothing that exists, or nothing that the caller may know of.',
    remedy: 'Check the address and the identifier.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This address does not take that method.',
    cause: 'The path exists but not with this method; `Allow` lists those it takes.',
    remedy: 'Use one of the methods in `Allow`.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not JSON.',
    cause: 'It does not parse, is not UTF-8, or names a forbidden property such as `__proto__`.',
    remedy: 'Send one JSON document in UTF-8.',
  },
  malformed_encoding: {
    status: 400,
    title: 'The body is not what its encoding says.',
    cause: 'It is announced as gzip, and is none or breaks off.',
    remedy: 'Send it again, whole, or without `Content-Encoding`.',
  },
  malformed_request: {
    status: 400,
    title: 'The request could not be read.',
    cause: 'It is not valid HTTP, or a header has a form it may not have.',
    remedy: 'Send it again in the documented form.',
  },
  headers_too_large: {
    status: 431,
    title: 'The head of the request is too large.',
    cause: 'Path and headers together are larger than 16 KiB.',
    remedy: 'Send less; a browser may have to forget old cookies of this address.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive.',
    cause: 'The head was not there within ten seconds, or the whole request within thirty.',
    remedy: 'Check the network, then send it again.',
  },
  body_too_slow: {
    status: 408,
    title: 'The body came too slowly.',
    cause:
      'A large body takes room that others wait for. After its first three seconds, less than 160 KiB of it came in ten.',
    remedy: 'Come closer to the access point, then send it again; `Retry-After` says when.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large.',
    cause: 'It is larger than this address takes; `limit_bytes` says how much that is.',
    remedy: 'Send less.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body has a type that is not taken here.',
    cause:
      'It is not what the reference names, which is `application/json` nearly everywhere, or it has a content encoding other than gzip.',
    remedy: 'Set `Content-Type` to what the reference says.',
  },
  invalid_request: {
    status: 422,
    title: 'Some fields are not as they must be.',
    cause: 'The body or the query does not fit the schema; `errors` has one entry per field.',
    remedy: 'Correct the fields named in `errors`.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'This idempotency key belongs to another request.',
    cause: 'The same `Idempotency-Key` came with a different method, path or body.',
    remedy: 'Use a new key for a new request.',
  },
  cross_site_request: {
    status: 403,
    title: 'A page of another site sent this.',
    cause: 'The session cookie is honoured only for pages of this site.',
    remedy: 'Use the screens of this appliance, or a token.',
  },
  unauthorized: {
    status: 401,
    title: 'Sign in first.',
    cause: 'The request carries no credentials, or ones that are wrong or have expired.',
    remedy: 'Sign in and send the token, the cookie or the device credentials.',
  },
  forbidden: {
    status: 403,
    title: 'This role may not do that.',
    cause: 'The signed-in user or device has a role that this action is not for.',
    remedy: 'Ask a member of staff.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong on our side.',
    cause: 'A fault in the appliance. It is logged under the request id.',
    remedy: 'Try again; tell the engineer the request id when it repeats.',
  },
});
