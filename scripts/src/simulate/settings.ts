import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../appliance/src/config.ts';
import { outsideBroker } from '../../../appliance/src/outside-broker.ts';
import { readSettings } from '../../../appliance/src/settings.ts';

/** Where the appliance of this machine is and how to sign in, as far as its settings tell. */
export function settingsHere(environment: NodeJS.ProcessEnv = process.env) {
  // Labs make their secret when the configuration is read, unless there is one; this only looks.
  const { http, mqtt, site, bootstrapPassword, dataDirectory, gloves } = loadConfig({
    DUGOUT_SECRET_KEY: 'not used by the simulation',
    ...environment,
  });
  const { DUGOUT_CLOUD_DATABASE_URL: cloudUrl } = readSettings(environment);
  const host = ['0.0.0.0', '::'].includes(http.host) ? '127.0.0.1' : http.host;
  const kept = join(dataDirectory, 'keys', 'bootstrap-password');
  return {
    url: `http://${host}:${http.port}`,
    broker: outsideBroker({ mqtt }) ?? `mqtt://${host}:${mqtt.port}`,
    site: site.id,
    dataDirectory,
    cloudUrl,
    gloveTcpPort: gloves.tcpPort,
    password: bootstrapPassword ?? (existsSync(kept) ? readFileSync(kept, 'utf8').trim() : undefined),
  };
}
