import { expect, test } from 'vitest';
import { site, testTopics } from '../../testing/test-broker.ts';
import { asyncApiDocument } from './asyncapi.ts';

const document = JSON.parse(JSON.stringify(asyncApiDocument(testTopics, { site, version: '1.2.3' })));

test('every topic is a channel, an operation and a message', () => {
  const names = testTopics.map(({ name }) => name);
  expect(document.asyncapi).toBe('3.0.0');
  expect(Object.keys(document.channels)).toEqual(names);
  expect(Object.keys(document.operations)).toEqual(names);
  expect(Object.keys(document.components.messages)).toEqual(names);
});

test('a channel says where it is, and an operation how and for whom', () => {
  expect(document.channels.state).toMatchObject({
    address: 'dugout/v1/labs-1/{kind}/{id}/state',
    parameters: { kind: { enum: ['rig', 'tablet', 'glove'] }, id: {} },
  });
  expect(document.operations.state).toMatchObject({
    action: 'receive',
    bindings: { mqtt: { qos: 1, retain: true } },
    'x-publish': ['rig (own)', 'tablet (own)', 'glove (own)'],
  });
  expect(document.operations.board['x-subscribe']).toEqual(['signed_in']);
});

test('devices are sent to the outside broker where there is one', () => {
  const { servers } = JSON.parse(
    JSON.stringify(
      asyncApiDocument(testTopics, { site, version: '1', broker: 'wss://broker.example:8084/mqtt' }),
    ),
  );
  expect(servers).toMatchObject({
    outside: { host: 'broker.example:8084', protocol: 'wss', pathname: '/mqtt' },
  });
  expect(Object.keys(servers)).toHaveLength(1);
});

test('a message carries the schema that is enforced', () => {
  expect(document.components.messages.state.payload).toMatchObject({
    type: 'object',
    required: ['state'],
    properties: { state: { enum: ['online', 'offline'] } },
  });
  expect(document.components.messages.stream).toMatchObject({ contentType: 'application/octet-stream' });
});

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/gu)].map(([, path]) => path);
  expect(references.length).toBeGreaterThan(testTopics.length);
  for (const path of references) {
    const target = path?.split('/').reduce((at, key) => at?.[key], document);
    expect(target, path).toBeDefined();
  }
});
