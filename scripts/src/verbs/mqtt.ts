import { Command, Option } from 'commander';
import { loadConfig } from '../../../appliance/src/config.ts';
import { accessList } from '../../../appliance/src/outside-broker.ts';
import { listedUsers } from '../outside-broker/listed-users.ts';

interface Options {
  format: 'mosquitto';
  json?: true;
  worker?: string[];
}

const acl = new Command('acl')
  .description(
    'prints the access list of this site for an outside broker, from the topics and the users here',
  )
  .addOption(
    new Option('--format <broker>', 'the broker it is for').choices(['mosquitto']).default('mosquitto'),
  )
  .option('--worker <user...>', 'users as whom glove workers sign in, each its own')
  .option('--json', 'print it within one JSON object')
  .action(async ({ format, json, worker }: Options, command: Command) => {
    try {
      const { text, users, leftOut } = await listHere(worker);
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

async function listHere(workers: readonly string[] = [], environment: NodeJS.ProcessEnv = process.env) {
  // Labs make their secret when the configuration is read, unless there is one; this only looks.
  const config = loadConfig({ DUGOUT_SECRET_KEY: 'not used by this verb', ...environment });
  const everybody = listedUsers(config.dataDirectory);
  // Composing an appliance takes a moment that other verbs need not pay.
  const { describeAppliance } = await import('../../../appliance/src/reference.ts');
  return accessList(config, describeAppliance().topics, everybody, workers);
}
