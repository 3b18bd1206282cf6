import { mkdirSync } from 'node:fs';
import { type Clock, systemClock } from '@dugout/appliance/platform/clock.ts';
import { acquireInstanceLock } from '@dugout/appliance/platform/database/instance-lock.ts';
import { createLifecycle, type Part } from '@dugout/appliance/platform/lifecycle/lifecycle.ts';
import { createVenueTime } from '@dugout/appliance/platform/venue-time.ts';
import type { Logger } from 'pino';
import { createApplianceDoor } from './commands/appliance-door.ts';
import { createCommandCourier } from './commands/command-courier.ts';
import type { DaemonConfig } from './config.ts';
import { composeMediaUpload } from './media/compose-media.ts';
import { createAudit } from './ranges/audit.ts';
import { type Bookkeeping, openBookkeeping } from './shipping/bookkeeping.ts';
import { type CloudAccess, createCloudAccess } from './shipping/cloud-access.ts';
import { daemonLock } from './shipping/daemon-lock.ts';
import { type Failpoints, noFailpoints } from './shipping/failpoints.ts';
import { createLinkReporter } from './shipping/link-reporter.ts';
import { fullLimits, type Limits } from './shipping/pace.ts';
import { createShipper, type Shipper } from './shipping/shipper.ts';
import { type Patience, patience } from './shipping/shipping-session.ts';
import { type ApplianceClient, createApplianceClient } from './venue/appliance-client.ts';

/** What a test replaces. */
export interface DaemonOutside {
  clock?: Clock;
  failpoints?: Failpoints;
  patience?: Partial<Patience>;
  limits?: Limits;
  random?: () => number;
}

/** What the parts of the daemon stand on. */
export interface DaemonSurroundings {
  readonly config: DaemonConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bookkeeping: Bookkeeping;
  readonly cloud: CloudAccess;
  readonly appliance: ApplianceClient;
  readonly shipper: Shipper;
  /** Tells the appliance more figures, under `dugout_sync_`. */
  addFigures(figures: () => object): void;
}

/** How long the appliance may take for a remote action. */
const applianceMs = 20_000;

/** The daemon, put together. Its bookkeeping is open and locked; nothing else has happened yet. */
export function composeDaemon(config: DaemonConfig, logger: Logger, outside: DaemonOutside = {}) {
  const { dataDirectory, site, profile } = config;
  const clock = outside.clock ?? systemClock;
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const releaseLock = acquireInstanceLock(dataDirectory, daemonLock);
  const bookkeeping = openBookkeeping(dataDirectory, clock, (file) =>
    logger.error({ file }, 'the bookkeeping was damaged: it is set aside, and begun anew'),
  );
  const cloud = createCloudAccess({
    profile,
    site: site.id,
    url: config.cloudUrl,
    dataDirectory,
    clock,
    logger,
  });
  const appliance = createApplianceClient({
    url: config.applianceUrl,
    dataDirectory,
    timeoutMs: applianceMs,
  });
  const shipper = createShipper({
    site,
    profile,
    dataDirectory,
    cloud,
    bookkeeping,
    failpoints: outside.failpoints ?? noFailpoints,
    patience: { ...patience, ...outside.patience },
    limits: outside.limits ?? fullLimits,
    clock,
    logger,
    random: outside.random ?? Math.random,
  });
  const figures: (() => object)[] = [shipper.figures];
  const reporter = createLinkReporter({
    dataDirectory,
    appliance,
    bookkeeping,
    figures: () => Object.assign({}, ...figures.map((some) => some())) as Record<string, number>,
    clock,
    logger,
  });
  shipper.onProgress(reporter.look);

  const surroundings: DaemonSurroundings = {
    config,
    clock,
    logger,
    bookkeeping,
    cloud,
    appliance,
    shipper,
    addFigures: (more) => {
      figures.push(more);
    },
  };
  const pictures = composeMediaUpload({
    ...{ site: site.id, dataDirectory, access: cloud, mediaUrl: config.mediaUrl },
    ...{ venue: shipper.venue, traffic: shipper, bookkeeping, clock, logger },
  });
  shipper.onProgress(pictures.wake);
  surroundings.addFigures(pictures.figures);

  const courier = createCommandCourier({
    connect: (deadlineMs) => cloud.connect('dugout commands', { deadlineMs }),
    site: site.id,
    appliance: createApplianceDoor(appliance),
    clock,
    logger,
    isRecognised: shipper.isRecognised,
  });
  shipper.onProgress(courier.look);
  surroundings.addFigures(courier.figures);

  const audit = createAudit({
    ...{ site: site.id, dataDirectory, cloud, bookkeeping, clock, logger },
    venueTime: createVenueTime(config.timezone, config.dayStartsAt),
  });
  surroundings.addFigures(audit.figures);

  const parts: Part[] = [
    {
      name: 'bookkeeping',
      stop() {
        bookkeeping.close();
        releaseLock();
      },
    },
    { name: 'shipper', start: shipper.start, stop: shipper.stop },
    { name: 'pictures', start: pictures.start, stop: pictures.stop },
    ...(cloud.configured ? [{ name: 'commands', start: courier.start, stop: courier.stop }] : []),
    { name: 'audit', start: audit.start, stop: audit.stop },
    { name: 'link reporter', start: reporter.start, stop: reporter.stop },
  ];
  return { lifecycle: createLifecycle(parts, logger, clock), ...surroundings };
}
export type Daemon = ReturnType<typeof composeDaemon>;
