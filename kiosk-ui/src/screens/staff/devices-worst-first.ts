import type { Device } from '@dugout/appliance/contract/devices.ts';

/** How much a device needs somebody: gone, then refused, then with a wrong clock. A revoked one needs nobody. */
const trouble = ({ revoked, presence, refused_count, clock }: Device): number => {
  if (revoked) return -1;
  if (presence === 'offline') return 3;
  if (refused_count > 0) return 2;
  return clock?.is_off === true ? 1 : 0;
};

export const devicesWorstFirst = (devices: readonly Device[]): Device[] =>
  devices.toSorted((a, b) => trouble(b) - trouble(a) || a.name.localeCompare(b.name));

/** How many devices somebody should look at. */
export const devicesInTrouble = (devices: readonly Device[]): number =>
  devices.filter((device) => trouble(device) > 0).length;
