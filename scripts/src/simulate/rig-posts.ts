import { z } from 'zod';
import { type Station, StationList, StationSettings } from '../../../appliance/contract/attractions.ts';
import { DeviceList, NewDevice } from '../../../appliance/contract/devices.ts';
import type { Credentials, HttpClient } from './http-client.ts';

/** Devices that the simulation enrols begin with this, so that everybody sees what they are. */
const prefix = 'sim-';
/** The rig that every venue has from the start. */
const firstRig = 'mlbvrgame';

/** A station with a rig of ours at it. */
export interface RigPost {
  readonly station: Pick<Station, 'id' | 'name' | 'attraction'>;
  readonly rig: Credentials;
}

export interface RigPosts {
  readonly posts: readonly RigPost[];
  readonly board: Credentials;
  /** Takes the devices' access away and leaves the stations as they were; stations that were added go out of service. */
  close(admin: HttpClient): Promise<void>;
}

export interface Wanted {
  readonly attractions: readonly string[];
  /** Stations of each attraction. */
  readonly rigs: number;
  readonly run: string;
  /** Password of the automatic users. */
  readonly password: string;
}

/** Sets the stations up through the API, as a venue engineer would. `admin` signs in as `user`. */
export async function openRigPosts(
  admin: HttpClient,
  { attractions, rigs, run, password }: Wanted,
): Promise<RigPosts> {
  const undo: ((admin: HttpClient) => Promise<unknown>)[] = [];
  const close = async (by: HttpClient) => {
    for (const step of undo.splice(0).reverse()) await step(by);
  };

  async function enrol(what: string, kind: 'rig' | 'board'): Promise<Credentials> {
    const device = await admin.post('/api/devices', NewDevice, { name: `${prefix}${what}-${run}`, kind });
    undo.push((by) => by.post(`/api/devices/${device.id}/revoke`, z.undefined()));
    return { username: device.name, password: device.secret };
  }

  async function putRigAt(
    station: Pick<Station, 'id' | 'name' | 'attraction'>,
    was: object,
  ): Promise<RigPost> {
    const rig = await enrol(station.name.toLowerCase().replace(/[^a-z0-9]+/gu, '-'), 'rig');
    const path = `/api/stations/${station.id}`;
    await admin.patch(path, StationSettings, { device: rig.username, in_service: true });
    undo.push((by) => by.patch(path, StationSettings, was));
    return { station, rig };
  }

  async function postsOf(attraction: string, stations: readonly Station[]): Promise<RigPost[]> {
    const posts: RigPost[] = [];
    for (const station of stations.filter((one) => isOurs(one)).slice(0, rigs)) {
      const first = station.device === firstRig;
      const was = { device: null, in_service: station.in_service && !wasAdded(station) };
      posts.push(first ? { station, rig: { username: firstRig, password } } : await putRigAt(station, was));
    }
    const word = (stations[0]?.name ?? 'Rig').replace(/\s*\d+$/u, '');
    for (let number = stations.length + 1; posts.length < rigs; number += 1) {
      const added = await admin.post('/api/stations', StationSettings, {
        name: `${word} ${number}`,
        attraction,
      });
      posts.push(await putRigAt(added, { device: null, in_service: false }));
    }
    return posts;
  }

  try {
    await revokeForgotten(admin);
    const { items } = await admin.get('/api/stations', StationList);
    const posts: RigPost[] = [];
    for (const attraction of attractions) {
      posts.push(
        ...(await postsOf(
          attraction,
          items.filter((station) => station.attraction === attraction),
        )),
      );
    }
    return { posts, board: await enrol('board', 'board'), close };
  } catch (error) {
    await close(admin);
    throw error;
  }
}

/** Nobody's, the first rig's, or an earlier simulation's: a station that a real device stands at is left alone. */
const isOurs = ({ device }: Station): boolean =>
  device === null || device === firstRig || device.startsWith(prefix);

/** A station that an earlier simulation was cut off at. */
const wasAdded = ({ device }: Station): boolean => device?.startsWith(prefix) ?? false;

/** What a simulation that was killed could not take away. */
async function revokeForgotten(admin: HttpClient): Promise<void> {
  const { items } = await admin.get('/api/devices', DeviceList);
  for (const { id, name, presence, revoked } of items) {
    if (name.startsWith(prefix) && !revoked && presence === 'offline')
      await admin.post(`/api/devices/${id}/revoke`, z.undefined());
  }
}
