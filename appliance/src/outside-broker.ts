import type { Config } from './config.ts';
import { gloveStreamTopic } from './modules/gloves/index.ts';
import { isListable, type ListedUser, mosquittoAcl } from './platform/mqtt/external-acl.ts';
import { userOf, withoutUser } from './platform/mqtt/external-address.ts';
import type { Topic } from './platform/mqtt/topic.ts';

/** Where devices connect when that is not here; without user and password. */
export const outsideBroker = ({ mqtt }: Pick<Config, 'mqtt'>): string | undefined =>
  mqtt.url && withoutUser(mqtt.url);

/**
 * The access list of Mosquitto for a site. Users whose names cannot stand in one are `leftOut`. Throws when somebody
 * has the name as which the appliance itself or a glove worker signs in.
 */
export function accessList(
  { mqtt, site }: Pick<Config, 'mqtt' | 'site'>,
  topics: readonly Topic[],
  everybody: readonly ListedUser[],
  workers: readonly string[] = [],
) {
  const appliance = (mqtt.url === undefined ? undefined : userOf(mqtt.url).username) ?? 'dugout';
  const users = everybody.filter(({ name }) => isListable(name));
  const leftOut = everybody.flatMap(({ name }) => (isListable(name) ? [] : [name]));
  // Whoever signs in as the appliance may read all of it.
  const names = workers.filter((name) => name !== appliance);
  const text = mosquittoAcl({
    ...{ site: site.id, topics, appliance, users },
    workers: { names, topic: gloveStreamTopic as unknown as Topic },
  });
  return { text, users: users.length, leftOut };
}
