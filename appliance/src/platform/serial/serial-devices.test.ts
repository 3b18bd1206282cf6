import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { listSerialDevices } from './serial-devices.ts';

const withoutUdev = () => Promise.reject(new Error('spawn udevadm ENOENT'));

test('devices are listed by their stable names', async () => {
  const udev = async () => [
    { path: '/dev/ttyUSB0', pnpId: 'usb-Modem-if00', manufacturer: 'Quectel' },
    { path: '/dev/ttyS0', pnpId: undefined, manufacturer: undefined },
  ];
  const folders = { byId: '/dev/serial/by-id', all: '/dev' };
  expect(await listSerialDevices(folders, udev as Parameters<typeof listSerialDevices>[1])).toEqual([
    { path: '/dev/serial/by-id/usb-Modem-if00', manufacturer: 'Quectel' },
    { path: '/dev/ttyS0', manufacturer: null },
  ]);
});

test('and also where udev cannot be asked', async () => {
  const all = aTemporaryDirectory();
  const byId = join(all, 'by-id');
  const listed = async () => (await listSerialDevices({ byId, all }, withoutUdev)).map(({ path }) => path);
  for (const name of ['ttyUSB1', 'ttyACM0', 'ttyS0', 'null']) writeFileSync(join(all, name), '');
  expect(await listed()).toEqual([join(all, 'ttyACM0'), join(all, 'ttyUSB1')]);
  mkdirSync(byId);
  writeFileSync(join(byId, 'usb-modem'), '');
  expect(await listed()).toEqual([join(byId, 'usb-modem')]);
});

test('a machine without any is no error', async () => {
  expect(await listSerialDevices({ byId: '/nowhere', all: '/nowhere' }, withoutUdev)).toEqual([]);
  expect(await listSerialDevices()).toBeInstanceOf(Array);
});
