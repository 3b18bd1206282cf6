import { expect, test } from 'vitest';
import { lanAddresses } from './lan-address.ts';

const on = (address: string, internal = false) => [
  { address, netmask: '', mac: '', cidr: null, internal, family: 'IPv4' as const },
];

test('a phone is sent to the venue network, not to a container bridge', () => {
  const addresses = lanAddresses({
    lo: on('127.0.0.1', true),
    docker0: on('172.17.0.1'),
    wwan0: on('100.64.3.2'),
    wlan0: on('192.168.7.20'),
  });
  expect(addresses).toEqual(['192.168.7.20', '100.64.3.2', '172.17.0.1']);
});
