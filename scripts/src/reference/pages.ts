import type { Description } from '../../../appliance/src/reference.ts';
import { code, page, table } from './markdown.ts';

type Operation = Description['openapi']['paths'][string][string];
type Topic = Description['topics'][number];
type Table = Description['tables'][number];

/** The generated part of the documentation: file name in `docs/reference` → its text. */
export const referencePages = (appliance: Description): Readonly<Record<string, string>> => ({
  'http.md': httpPage(appliance),
  'topics.md': topicsPage(appliance),
  'events.md': eventsPage(appliance),
  'tables.md': tablesPage(appliance),
  'problems.md': problemsPage(appliance),
  'configuration.md': configurationPage(appliance),
});

function httpPage({ openapi }: Description): string {
  const all = Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const aliases = (of: (typeof all)[number]) =>
    all
      .filter(({ method, operation }) => method === of.method && operation['x-canonical-path'] === of.path)
      .map(({ path }) => code(path));
  const sections = openapi.tags.map(({ name }) => {
    const operations = all.filter(
      ({ operation }) => operation.tags.includes(name) && operation['x-canonical-path'] === undefined,
    );
    const rows = operations.map((one) => [
      `${code(`${one.method} ${one.path}`)} ${aliases(one).join(' ')}`,
      whoMay(one.operation),
      schemaNames(one.operation.requestBody?.content),
      answers(one.operation),
      one.operation.summary,
    ]);
    return `## ${name}\n\n${table(['address', 'who', 'body', 'answers', 'what it does'], rows)}`;
  });
  return page(
    'HTTP',
    'Every route, under its canonical path and the paths of older clients. A running appliance serves the same with',
    'every field: `/docs` to read, `/openapi.json` for tools. Unsafe methods honour `Idempotency-Key`; failures are',
    '[problem documents](problems.md).\n',
    ...sections,
  );
}

function whoMay(operation: Operation): string {
  if (operation.security.length === 0) return 'everybody';
  return operation['x-roles']?.join(', ') ?? 'signed in';
}

const schemaNames = (content: NonNullable<Operation['requestBody']>['content'] = {}): string =>
  Object.entries(content)
    .map(([type, { schema }]) =>
      schema.$ref === undefined ? type : code(schema.$ref.split('/').at(-1) ?? ''),
    )
    .join(', ');

const answers = ({ responses }: Operation): string =>
  Object.entries(responses)
    .filter(([status]) => status !== 'default')
    .map(([status, { content }]) => `${status} ${schemaNames(content)}`.trim())
    .join(', ');

const topicsPage = ({ topics }: Description): string =>
  page(
    'MQTT topics',
    'Below `dugout/v1/<site>/`. A device publishes and subscribes only what is granted here; *own* means that `{id}` is',
    'its name and `{kind}` its kind. A running appliance serves the payloads as `/asyncapi.json`.\n',
    table(
      ['topic', 'the appliance', 'QoS', 'retained', 'may publish', 'may subscribe', 'what it tells'],
      topics.map((topic) => [
        code(topic.path),
        topic.direction === 'receive' ? 'receives' : 'sends',
        String(topic.qos),
        topic.retained ? 'yes' : 'no',
        granted(topic.publish),
        granted(topic.subscribe),
        topic.summary,
      ]),
    ),
  );

const granted = (access: Topic['publish']): string =>
  access
    .map(({ roles, own }) => `${roles === 'signed_in' ? 'all' : roles.join(', ')}${own ? ' *(own)*' : ''}`)
    .join('; ') || '–';

const eventsPage = ({ events }: Description): string =>
  page(
    'Events',
    'Facts that modules tell each other, in the past tense. Who must not miss one joins its transaction; who merely',
    'reacts listens after the commit.\n',
    table(['event', 'what happened'], events.map(({ name, summary }) => [code(name), summary]).sort()),
  );

const tablesPage = ({ tables }: Description): string =>
  page(
    'Tables',
    '*Replicated* tables reach the cloud; *local* ones are this machine’s own business. Every column has a privacy',
    'class: `none` says nothing of a person, `identifier` links rows of one person, `personal` tells who they are or what',
    'they did, `secret` is never shown and never exported. Moments are UTC, in milliseconds.\n',
    ...[...tables].sort((a, b) => a.name.localeCompare(b.name)).map(tableSection),
  );

function tableSection({ name, replication, key, columns }: Table): string {
  const rows = Object.entries(columns).map(([column, { type, mixed, nullable, privacy }]) => [
    `${code(column)}${key.includes(column) ? ' (key)' : ''}`,
    `${mixed ? 'ANY' : type}${nullable ? ', may be null' : ''}`,
    privacy,
  ]);
  return `## ${name}\n\n${replication}\n\n${table(['column', 'type', 'privacy'], rows)}`;
}

const problemsPage = ({ problems }: Description): string =>
  page(
    'Problems',
    'Every failure that is told to a caller, by its stable `code`. A running appliance shows them at `/docs/problems`.\n',
    table(
      ['code', 'status', 'title', 'when', 'what to do'],
      [...problems]
        .sort((a, b) => a.code.localeCompare(b.code))
        .map(({ code: name, status, title, cause, remedy }) => [
          code(name),
          String(status),
          title,
          cause,
          remedy,
        ]),
    ),
  );

const configurationPage = ({ settings }: Description): string =>
  page(
    'Configuration',
    'Environment variables. A wrong one stops the start, with a list of all that is wrong.\n',
    table(
      ['variable', 'when it is not set', 'meaning'],
      settings.map(({ name, initial, meaning }) => [code(name), initial, meaning]),
    ),
  );
