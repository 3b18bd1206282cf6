import {
  BadConfiguration,
  dataDirectoryOf,
  type Environment,
  readSettings,
  type Settings,
  secretKeyOf,
} from '@dugout/appliance/settings';

export interface ReplicaConfig {
  readonly http: { readonly host: string; readonly port: number };
  /** The replica's database. The owner's address will do: no more than the replica's rights are made use of. */
  readonly cloudUrl: string;
  /** Where pictures are; undefined: in the replica's database. */
  readonly mediaUrl: string | undefined;
  readonly commandWaitMs: number;
  /** Signs the replica's own tokens. */
  readonly secretKey: string;
  readonly publicUrl: string | undefined;
  readonly dataDirectory: string;
  readonly logLevel: Settings['DUGOUT_LOG_LEVEL'];
}

/** Reads and checks every setting of the replica. Throws `BadConfiguration` with all that is wrong at once. */
export function loadReplicaConfig(environment: Environment): ReplicaConfig {
  const settings = readSettings(environment);
  const dataDirectory = dataDirectoryOf(settings, environment);
  const cloudUrl = settings.DUGOUT_CLOUD_DATABASE_URL;
  if (cloudUrl === undefined)
    throw new BadConfiguration([
      'DUGOUT_CLOUD_DATABASE_URL is required for the replica: it must be like postgresql://user:password@host:5432/dugout',
    ]);
  return {
    http: { host: settings.DUGOUT_HTTP_HOST, port: settings.DUGOUT_REPLICA_PORT },
    cloudUrl,
    mediaUrl: settings.DUGOUT_MEDIA_URL,
    commandWaitMs: settings.DUGOUT_COMMAND_WAIT_MS,
    secretKey: secretKeyOf(settings, dataDirectory),
    publicUrl: settings.DUGOUT_PUBLIC_URL?.replace(/\/+$/u, ''),
    dataDirectory,
    logLevel: settings.DUGOUT_LOG_LEVEL,
  };
}
