/** Why the appliance did not start, and how to mend it where that is known: for the engineer in front of it. */
export function startFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'the appliance could not start';
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return `port ${port} is taken: stop what listens there, or set DUGOUT_HTTP_PORT and DUGOUT_MQTT_PORT to free ones`;
  }
  if (code === 'EACCES' && port !== undefined) {
    return `this user may not open port ${port}: set DUGOUT_HTTP_PORT and DUGOUT_MQTT_PORT to ports from 1024 on`;
  }
  return error.message;
}
