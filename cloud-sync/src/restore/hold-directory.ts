import { acquireInstanceLock } from '@dugout/appliance/platform/database/instance-lock.ts';
import { daemonLock } from '../shipping/daemon-lock.ts';

/** Keeps the appliance and the daemon off a data directory. Throws when one of them runs. Answers the function that lets go. */
export function holdDirectory(dataDirectory: string): () => void {
  const releaseAppliance = acquireInstanceLock(dataDirectory);
  try {
    const releaseDaemon = acquireInstanceLock(dataDirectory, daemonLock);
    return () => {
      releaseDaemon();
      releaseAppliance();
    };
  } catch (error) {
    releaseAppliance();
    throw error;
  }
}
