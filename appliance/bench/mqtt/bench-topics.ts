import { DeviceKind } from '../../contract/devices.ts';
import { devicesTopics } from '../../src/modules/devices/devices-topics.ts';
import { defineTopic, type Topic } from '../../src/platform/mqtt/topic.ts';

export const site = 'bench';
export const address = (path: string): string => `dugout/v1/${site}/${path}`;

const kinds = DeviceKind.options;
const staff = [{ roles: ['admin', 'staff'] }] as const;

/**
 * The topics of the work: bytes, under the access rules of the scheme, so that what is compared is brokers and not
 * the decoding of payloads. `handle` takes what a glove or a rig sends.
 */
const workTopics = (handle: (payload: Buffer) => void | Promise<void>): Topic[] => [
  defineTopic({
    name: 'bench_stream',
    path: 'glove/{id}/stream',
    direction: 'receive',
    qos: 0,
    retained: false,
    payload: 'binary',
    publish: [{ roles: ['glove'], own: true }],
    subscribe: staff,
    summary: 'Batches of samples',
    handle: ({ payload }) => handle(payload),
  }),
  defineTopic({
    name: 'bench_event',
    path: 'rig/{id}/event',
    direction: 'receive',
    qos: 1,
    retained: false,
    payload: 'binary',
    publish: [{ roles: ['rig'], own: true }],
    subscribe: staff,
    summary: 'What happened on a rig',
    handle: ({ payload }) => handle(payload),
  }),
  defineTopic({
    name: 'bench_public',
    path: 'public/{name}',
    direction: 'receive',
    qos: 1,
    retained: false,
    payload: 'binary',
    publish: staff,
    subscribe: [{ roles: 'signed_in' }],
    summary: 'What every screen shows',
  }),
];

/** The work's topics among those that every appliance has. */
export const benchTopics = (handle: (payload: Buffer) => void | Promise<void>): Topic[] => {
  const work = workTopics(handle);
  const paths = new Set(work.map(({ path }) => path));
  const ordinary = devicesTopics({
    heard: async () => {},
    describe: async () => {},
    replied: async () => {},
  });
  return [...ordinary.filter(({ path }) => !paths.has(path)), ...work];
};

/** Client ids say who they are: `glove-7` is a glove. The password is the name. */
export const roleOf = (name: string) =>
  (['staff', ...kinds] as const).find((role) => role === name.split('-')[0]) ?? null;
