import { subscribe } from 'node:diagnostics_channel';

/**
 * The errors with which a connection could not be made, name look-up and TLS included: whatever was to travel on it
 * has not left. The error's code does not tell: ECONNRESET ends a handshake as well as a request that was sent.
 * `fetch` hands on the very object that its client names here (undici, DiagnosticsChannel.md, client:connectError);
 * were that to change, no error would be known, and every failure would count as one after sending.
 */
const connectErrors = new WeakSet<object>();
subscribe('undici:client:connectError', (message) => {
  const error: unknown = (message as { error?: unknown }).error;
  if (error instanceof Error) connectErrors.add(error);
});

/** Whether `fetch` failed before the first byte of its request was written. False where that is not sure. */
export const failedToConnect = (failure: unknown): boolean =>
  failure instanceof Error && failure.cause instanceof Error && connectErrors.has(failure.cause);
