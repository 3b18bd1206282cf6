import {
  BadConfiguration,
  dataDirectoryOf,
  type Environment,
  readSettings,
  type Settings,
} from '@dugout/appliance/settings';

export interface DaemonConfig {
  readonly profile: Settings['DUGOUT_PROFILE'];
  readonly dataDirectory: string;
  readonly site: { readonly id: string; readonly name: string };
  /** The replica's database; undefined: there is none yet. In labs it is the owner's address. */
  readonly cloudUrl: string | undefined;
  /** Where pictures go; undefined: into the replica's database. */
  readonly mediaUrl: string | undefined;
  /** The venue's days begin there and then; the audit looks at everything once in each. */
  readonly timezone: string;
  readonly dayStartsAt: number;
  /** The appliance beside the daemon. */
  readonly applianceUrl: string;
  readonly logLevel: Settings['DUGOUT_LOG_LEVEL'];
}

/** Reads and checks every setting of the daemon. Throws `BadConfiguration` with all that is wrong at once. */
export function loadDaemonConfig(environment: Environment = process.env): DaemonConfig {
  const settings = readSettings(environment);
  if (settings.DUGOUT_PROFILE === 'cloud')
    throw new BadConfiguration([
      'DUGOUT_PROFILE: must be labs or venue for the daemon, which runs beside the appliance',
    ]);
  const host = settings.DUGOUT_HTTP_HOST;
  const everywhere = host === '0.0.0.0' || host === '::';
  const reachable = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return {
    profile: settings.DUGOUT_PROFILE,
    dataDirectory: dataDirectoryOf(settings, environment),
    site: { id: settings.DUGOUT_SITE_ID, name: settings.DUGOUT_SITE_NAME },
    cloudUrl: settings.DUGOUT_CLOUD_DATABASE_URL,
    mediaUrl: settings.DUGOUT_MEDIA_URL,
    timezone: settings.DUGOUT_TIMEZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    dayStartsAt: settings.DUGOUT_DAY_STARTS_AT,
    applianceUrl: `http://${reachable}:${settings.DUGOUT_HTTP_PORT}`,
    logLevel: settings.DUGOUT_LOG_LEVEL,
  };
}
