import type { CarrierName } from '../contract/messaging.ts';
import {
  BadConfiguration,
  configTable,
  dataDirectoryOf,
  type Environment,
  readSettings,
  type Settings,
  secretKeyOf,
} from './settings.ts';

export interface Config {
  profile: Settings['DUGOUT_PROFILE'];
  dataDirectory: string;
  http: { host: string; port: number };
  mqtt: { port: number; url: string | undefined };
  site: { id: string; name: string };
  secretKey: string;
  bootstrapPassword: string | undefined;
  publicUrl: string | undefined;
  country: string;
  timezone: string;
  dayStartsAt: number;
  logLevel: Settings['DUGOUT_LOG_LEVEL'];
  gloves: {
    /** Paths of serial lines, and addresses of gloves that wait to be called. */
    places: readonly string[];
    /** Where gloves call in; undefined for nowhere. */
    tcpPort: number | undefined;
    ingest: Settings['DUGOUT_GLOVE_INGEST'];
  };
  texts: {
    /** In the order of preference; each with what it needs. */
    carriers: readonly CarrierConfig[];
    /** Local hours; null for none. */
    quietHours: { readonly from: number; readonly until: number } | null;
    /** Whether calls keep the quiet hours, too. */
    holdCalls: boolean;
    /** 0 for never. */
    closeAt: number;
  };
}

export type CarrierConfig =
  | { readonly name: 'log' }
  | {
      readonly name: 'twilio';
      readonly accountSid: string;
      readonly authToken: string;
      readonly from: string;
      readonly apiUrl: string;
    }
  | { readonly name: 'modem'; readonly path: string };

/** Reads and checks every setting. Throws `BadConfiguration` with all that is wrong at once. */
export function loadConfig(environment: Environment = process.env): Config {
  const settings = readSettings(environment);
  const wrong: string[] = [];
  const dataDirectory = dataDirectoryOf(settings, environment);
  if (settings.DUGOUT_GLOVE_INGEST === 'workers' && settings.DUGOUT_MQTT_URL === undefined)
    wrong.push(
      'DUGOUT_MQTT_URL is required when DUGOUT_GLOVE_INGEST is workers: they share an outside broker',
    );
  const carriers = settings.DUGOUT_SMS.flatMap((name) => carrierConfig(name, settings, wrong));
  if (wrong.length > 0) throw new BadConfiguration(wrong);
  return {
    profile: settings.DUGOUT_PROFILE,
    dataDirectory,
    http: { host: settings.DUGOUT_HTTP_HOST, port: settings.DUGOUT_HTTP_PORT },
    mqtt: { port: settings.DUGOUT_MQTT_PORT, url: settings.DUGOUT_MQTT_URL },
    site: { id: settings.DUGOUT_SITE_ID, name: settings.DUGOUT_SITE_NAME },
    secretKey: secretKeyOf(settings, dataDirectory),
    bootstrapPassword: settings.DUGOUT_BOOTSTRAP_PASSWORD,
    publicUrl: settings.DUGOUT_PUBLIC_URL?.replace(/\/+$/u, ''),
    country: settings.DUGOUT_COUNTRY,
    timezone: settings.DUGOUT_TIMEZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    dayStartsAt: settings.DUGOUT_DAY_STARTS_AT,
    logLevel: settings.DUGOUT_LOG_LEVEL,
    gloves: {
      places: settings.DUGOUT_GLOVE_PORTS,
      tcpPort: settings.DUGOUT_GLOVE_TCP_PORT,
      ingest: settings.DUGOUT_GLOVE_INGEST,
    },
    texts: {
      carriers,
      quietHours: settings.DUGOUT_QUIET_HOURS,
      holdCalls: settings.DUGOUT_QUIET_CALLS === 'hold',
      closeAt: settings.DUGOUT_CLOSE_TEXT_AT,
    },
  };
}

export interface GloveWorkerConfig {
  dataDirectory: string;
  mqttUrl: string;
  siteId: string;
  name: string;
  logLevel: Settings['DUGOUT_LOG_LEVEL'];
}

/** The settings of a process that takes in what gloves send. Throws `BadConfiguration` with all that is wrong at once. */
export function loadGloveWorkerConfig(environment: Environment = process.env): GloveWorkerConfig {
  const settings = readSettings(environment);
  if (settings.DUGOUT_MQTT_URL === undefined)
    throw new BadConfiguration(['DUGOUT_MQTT_URL is required: glove workers share an outside broker']);
  return {
    dataDirectory: dataDirectoryOf(settings, environment),
    mqttUrl: settings.DUGOUT_MQTT_URL,
    siteId: settings.DUGOUT_SITE_ID,
    name: settings.DUGOUT_GLOVE_WORKER,
    logLevel: settings.DUGOUT_LOG_LEVEL,
  };
}

/** What a carrier needs; none, and a line for each setting that is missing, when it is not all there. */
function carrierConfig(name: CarrierName, settings: Settings, wrong: string[]): CarrierConfig[] {
  const needed = (setting: keyof Settings & keyof typeof configTable, value: string | undefined): string => {
    if (value === undefined)
      wrong.push(
        `${setting} is required when DUGOUT_SMS names ${name}; it must ${configTable[setting].must}`,
      );
    return value ?? '';
  };
  if (name === 'log') return [{ name }];
  if (name === 'modem') return [{ name, path: needed('DUGOUT_MODEM_PATH', settings.DUGOUT_MODEM_PATH) }];
  return [
    {
      name,
      accountSid: needed('TWILIO_ACCOUNT_SID', settings.TWILIO_ACCOUNT_SID),
      authToken: needed('TWILIO_AUTH_TOKEN', settings.TWILIO_AUTH_TOKEN),
      from: needed('TWILIO_FROM', settings.TWILIO_FROM),
      apiUrl: settings.TWILIO_API_URL.replace(/\/+$/u, ''),
    },
  ];
}
