import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aPicture } from '../testing/picture-venue.ts';
import { type S3StandIn, startS3StandIn } from '../testing/s3-stand-in.ts';
import { s3Address } from './s3-address.ts';
import { createS3Client } from './s3-client.ts';
import { createS3Depot } from './s3-depot.ts';

const partBytes = 40_000;
const freely = async () => {};
let store: S3StandIn;
let recorded: string[];
const depot = (url = store.url) =>
  createS3Depot({
    s3: createS3Client({ address: s3Address(url), clock: systemClock }),
    index: { record: async (site, file, size) => void recorded.push(`${site} ${file} ${size}`) },
    partBytes,
  });

beforeEach(async () => {
  recorded = [];
  store = await startS3StandIn();
});
afterEach(() => store.stop());

test('a picture becomes an object of its site, is named then, and is read again', async () => {
  const { bytes, file } = aPicture(30_000);
  await depot().put('stand', file, bytes, freely);
  expect(store.objects.get(`stand/${file}`)?.equals(bytes)).toBe(true);
  expect(recorded).toEqual([`stand ${file} 30000`]);
  expect((await depot().read('stand', file))?.equals(bytes)).toBe(true);
  expect(await depot().read('other', file)).toBe(null);
});

test('a store that knows another secret refuses, and nothing is named', async () => {
  const { bytes, file } = aPicture(100);
  const wrong = store.url.replace('secret', 'guess');
  await expect(depot(wrong).put('stand', file, bytes, freely)).rejects.toThrow('403');
  await expect(depot(wrong).read('stand', file)).rejects.toThrow('SignatureDoesNotMatch');
  expect(recorded).toEqual([]);
});

test('a large picture that was cut off goes on where it was', async () => {
  const { bytes, file } = aPicture(5 * partBytes - 7);
  store.cutAfter(2.5 * partBytes);
  await expect(depot().put('stand', file, bytes, freely)).rejects.toThrow();
  expect(store.uploads().map(({ parts }) => [...parts.keys()])).toEqual([[1, 2]]);
  expect(recorded).toEqual([]);

  const sofar = store.requests.length;
  let asked = 0;
  await depot().put('stand', file, bytes, async () => {
    asked += 1;
  });
  const sent = store.requests.slice(sofar).filter((request) => request.includes('partNumber='));
  expect(sent.map((request) => /partNumber=(\d)/u.exec(request)?.[1])).toEqual(['3', '4', '5']);
  expect(asked).toBe(3);
  expect(store.objects.get(`stand/${file}`)?.equals(bytes)).toBe(true);
  expect(store.uploads()).toEqual([]);
  expect(recorded).toHaveLength(1);
});

test('an upload whose end was not heard of is not sent again', async () => {
  const { bytes, file } = aPicture(1_000);
  // The size is asked for first.
  await expect(depot().put('stand', file, bytes, async () => store.loseNextAnswer())).rejects.toThrow();
  expect(recorded).toEqual([]);
  await depot().put('stand', file, bytes, freely);
  expect(store.requests.filter((request) => request.startsWith('PUT'))).toHaveLength(1);
  expect(recorded).toHaveLength(1);
});

test('a picture that is there already is named without being sent again', async () => {
  const { bytes, file } = aPicture(1_000);
  await depot().put('stand', file, bytes, freely);
  await depot().put('stand', file, bytes, freely);
  expect(store.requests.filter((request) => request.startsWith('PUT'))).toHaveLength(1);
});

test('removing takes the object and what was begun of it', async () => {
  const { bytes, file } = aPicture(3 * partBytes);
  await depot().put('stand', file, bytes, freely);
  store.objects.clear();
  store.cutAfter(1.5 * partBytes);
  await expect(depot().put('stand', file, bytes, freely)).rejects.toThrow();
  await depot().remove('stand', file);
  expect(store.objects.size).toBe(0);
  expect(store.uploads()).toEqual([]);
  await depot().remove('stand', file);
});

test('a venue whose clock is wrong learns the time of the store', async () => {
  store.stepClock(3 * 3_600_000);
  const { bytes, file } = aPicture(1_000);
  await depot().put('stand', file, bytes, freely);
  expect(store.objects.has(`stand/${file}`)).toBe(true);
});

test('an address without a bucket, a key or a secret is refused', () => {
  for (const url of ['s3://key:secret@host', 's3://host/bucket', 's3://key@host/bucket'])
    expect(() => s3Address(url)).toThrow('DUGOUT_MEDIA_URL');
  expect(s3Address('s3s://key:a%2Fb@host:9000/bucket/?region=x')).toEqual({
    bucketUrl: 'https://host:9000/bucket',
    accessKeyId: 'key',
    secretAccessKey: 'a/b',
    region: 'x',
  });
});
