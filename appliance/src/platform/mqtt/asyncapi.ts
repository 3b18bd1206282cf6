import { z } from 'zod';
import type { Access, Topic } from './topic.ts';
import { type Level, parsePath, topicPrefix } from './topic-path.ts';

export interface AsyncApiInfo {
  readonly site: string;
  readonly version: string;
  /** Of the outside broker, without its password, where the venue has one. */
  readonly broker?: string | undefined;
}

const device = 'device';

/** The AsyncAPI 3.0 document of the topics, from the same values that route, validate and authorize. */
export function asyncApiDocument(topics: readonly Topic[], { site, version, broker }: AsyncApiInfo): object {
  const perTopic = <Value>(describe: (topic: Topic) => Value): Record<string, Value> =>
    Object.fromEntries(topics.map((topic) => [topic.name, describe(topic)]));
  const security = [{ $ref: `#/components/securitySchemes/${device}` }];
  const protocol = { protocolVersion: '3.1.1', security };

  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Dugout over MQTT',
      version,
      description:
        'MQTT 3.1.1. A message its topic does not take is acknowledged, counted and dropped; a subscription that is not granted is answered 0x80.',
    },
    defaultContentType: 'application/json',
    servers:
      broker === undefined
        ? {
            tcp: { host: '{host}:1883', protocol: 'mqtt', ...hostVariable, ...protocol },
            websocket: {
              host: '{host}:8000',
              pathname: '/mqtt',
              protocol: 'ws',
              ...hostVariable,
              ...protocol,
            },
          }
        : { outside: { ...placeOf(broker), ...protocol } },
    channels: perTopic((topic) => ({
      address: topicPrefix(site) + topic.path,
      summary: topic.summary,
      parameters: parametersOf(parsePath(topic.path, topic.values)),
      messages: { [topic.name]: { $ref: `#/components/messages/${topic.name}` } },
    })),
    operations: perTopic((topic) => ({
      action: topic.direction,
      channel: { $ref: `#/channels/${topic.name}` },
      summary: topic.summary,
      messages: [{ $ref: `#/channels/${topic.name}/messages/${topic.name}` }],
      bindings: { mqtt: { qos: topic.qos, retain: topic.retained } },
      'x-publish': accessOf(topic.publish),
      'x-subscribe': accessOf(topic.subscribe),
    })),
    components: {
      messages: perTopic((topic) => ({ name: topic.name, ...bodyOf(topic) })),
      securitySchemes: {
        [device]: {
          type: 'userPassword',
          description:
            'Device name and secret. The client id is the device name, or begins with `<device name>-`.',
        },
      },
    },
  };
}

const placeOf = (broker: string) => {
  const { host, protocol, pathname } = new URL(broker);
  return { host, protocol: protocol.slice(0, -1), ...(pathname.length > 1 ? { pathname } : {}) };
};
const hostVariable = { variables: { host: { description: 'Name or address of the appliance' } } };

const parametersOf = (levels: readonly Level[]) =>
  Object.fromEntries(
    levels.flatMap((level) =>
      'parameter' in level ? [[level.parameter, level.values ? { enum: [...level.values] } : {}]] : [],
    ),
  );

const accessOf = (access: Access): string[] =>
  access.flatMap(({ roles, own }) =>
    (roles === 'signed_in' ? [roles] : roles).map((role) => (own ? `${role} (own)` : role)),
  );

function bodyOf({ payload, direction }: Topic): object {
  if (payload === 'binary') {
    return { contentType: 'application/octet-stream', payload: { type: 'string', format: 'binary' } };
  }
  const io = direction === 'receive' ? 'input' : 'output';
  return { payload: z.toJSONSchema(payload, { target: 'draft-7', io, unrepresentable: 'any' }) };
}
