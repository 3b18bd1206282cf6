import { readdir } from 'node:fs/promises';
import { SerialPort } from 'serialport';

export interface SerialDevice {
  /** Stable where the device has a serial number, else as the kernel named it. */
  readonly path: string;
  readonly manufacturer: string | null;
}

const inDev = { byId: '/dev/serial/by-id', all: '/dev' };

/** Serial devices that are plugged in. Where udev cannot be asked, their names in `/dev` have to do. */
export async function listSerialDevices(folders = inDev, askUdev = SerialPort.list): Promise<SerialDevice[]> {
  try {
    return (await askUdev()).map(({ path, pnpId, manufacturer }) => ({
      path: pnpId === undefined ? path : `${folders.byId}/${pnpId}`,
      manufacturer: manufacturer ?? null,
    }));
  } catch {
    const stable = await namesIn(folders.byId, /./u);
    const names = stable.length > 0 ? stable : await namesIn(folders.all, /^tty(USB|ACM)/u);
    return names.map((path) => ({ path, manufacturer: null }));
  }
}

async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => `${folder}/${name}`);
}
