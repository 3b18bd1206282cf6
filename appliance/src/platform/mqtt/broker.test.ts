import { expect, test } from 'vitest';
import { address, aTestBroker, boardTopic, inbox, stateTopic, until } from '../../testing/test-broker.ts';
import { handledBy } from './topic.ts';

test('a message reaches its handler and its subscribers', async () => {
  const seen: unknown[] = [];
  const state = handledBy(stateTopic, ({ params, payload, identity }) => {
    seen.push({ params, payload, name: identity.name });
  });
  const { connect } = await aTestBroker({ topics: [state, boardTopic] });
  const staff = await connect('staff_1');
  await staff.subscribeAsync(address('+/+/state'), { qos: 1 });
  const messages = inbox(staff);
  const rig = await connect('rig_1');
  await rig.publishAsync(address('rig/rig_1/state'), '{"state":"online","more":1}', { qos: 1, retain: true });
  await until(() => messages.length > 0);
  expect(messages).toEqual([
    { topic: address('rig/rig_1/state'), text: '{"state":"online","more":1}', retain: false },
  ]);
  expect(seen).toEqual([
    { params: { kind: 'rig', id: 'rig_1' }, payload: { state: 'online' }, name: 'rig_1' },
  ]);
});
