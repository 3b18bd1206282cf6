import { RigEventPayload } from '../../../contract/rigs.ts';
import { defineTopic, type Topic } from '../../platform/mqtt/topic.ts';
import type { RigsService } from './rigs-service.ts';

const itself = [{ roles: ['rig'], own: true }] as const;

export const rigsTopics = (rigs: Pick<RigsService, 'told'>): Topic[] => [
  defineTopic({
    name: 'rig_event',
    path: 'rig/{id}/event',
    direction: 'receive',
    qos: 1,
    retained: false,
    payload: RigEventPayload,
    maxBytes: 4 * 1024,
    publish: itself,
    subscribe: [{ roles: ['admin', 'staff'] }],
    summary: 'What happens to a game at a rig; spooled, replayed with the same `run` and `seq`, applied once',
    handle: ({ identity, payload, receivedAt }) => rigs.told(identity, payload, receivedAt),
  }),
];
