/** One daemon for a data directory. Who rebuilds the directory, or chooses between two histories, holds it too. */
export const daemonLock = { file: 'sync.lock', who: 'sync daemon' };
