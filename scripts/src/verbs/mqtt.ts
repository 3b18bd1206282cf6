import { Command, Option } from 'commander';
import { loadConfig } from '../../../appliance/src/config.ts';
import { userOf } from '../../../appliance/src/platform/mqtt/external-address.ts';
import { listedUsers } from '../outside-broker/listed-users.ts';

interface Options {
  format: 'mosquitto';
  json?: true;
}

const acl = new Command('acl')
  .description(
    'prints the access list of this site for an outside broker, from the topics and the users here',
  )
  .addOption(
    new Option('--format <broker>', 'the broker it is for').choices(['mosquitto']).default('mosquitto'),
  )
  .option('--json', 'print it within one JSON object')
  .action(async ({ format, json }: Options, command: Command) => {
    try {
      const { text, users, leftOut } = await accessList();
      for (const name of leftOut) {
        console.error(`left out: ${JSON.stringify(name)}, which cannot stand in an access list`);
      }
      if (json) console.log(JSON.stringify({ format, users, left_out: leftOut, acl: text }));
      else process.stdout.write(text);
    } catch (error) {
      command.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    }
  });

export default new Command('mqtt').description('what an outside MQTT broker needs to know').addCommand(acl);

async function accessList(environment: NodeJS.ProcessEnv = process.env) {
  // Labs make their secret when the configuration is read, unless there is one; this only looks.
  const { site, mqtt, dataDirectory } = loadConfig({
    DUGOUT_SECRET_KEY: 'not used by this verb',
    ...environment,
  });
  const everybody = listedUsers(dataDirectory);
  // Composing an appliance takes a moment that other verbs need not pay.
  const { describeAppliance } = await import('../../../appliance/src/reference.ts');
  const { isListable, mosquittoAcl } = await import('../../../appliance/src/platform/mqtt/external-acl.ts');
  const { topics } = describeAppliance();
  const appliance = (mqtt.url === undefined ? undefined : userOf(mqtt.url).username) ?? 'dugout';
  const users = everybody.filter(({ name }) => isListable(name));
  const leftOut = everybody.flatMap(({ name }) => (isListable(name) ? [] : [name]));
  return { text: mosquittoAcl({ site: site.id, topics, appliance, users }), users: users.length, leftOut };
}
