import type { z } from 'zod';
import { problemCatalogue } from '../errors.ts';
import { asyncApiDocument } from '../mqtt/asyncapi.ts';
import type { Topic } from '../mqtt/topic.ts';
import { docsPage } from './docs-page.ts';
import { problemsPage } from './docs-page-problems.ts';
import { openApiDocument } from './openapi.ts';
import { type Reply, type Route, readRoute } from './route.ts';

export interface Documented {
  /** Asked for on the first request, so that the list may contain these routes themselves. */
  routes(): readonly Route[];
  readonly topics: readonly Topic[];
  readonly site: string;
  readonly version: string;
  readonly broker?: string | undefined;
  readonly schemas: ReadonlyMap<string, z.ZodType>;
}

/** The reference, served locally: for tools as OpenAPI and AsyncAPI, for people as two pages. */
export function documentationRoutes({ routes, topics, site, version, broker, schemas }: Documented): Route[] {
  const openapi = once(() =>
    openApiDocument(routes(), {
      title: 'Dugout',
      version,
      description:
        'What the appliance of a venue takes and answers. Moments are UTC, names are `snake_case`.',
      schemas,
    }),
  );
  const asyncapi = once(() => asyncApiDocument(topics, { site, version, broker }));
  const reference = once(() => docsPage(openapi(), asyncapi()));
  const problems = once(() => problemsPage(problemCatalogue.values()));
  return [
    served(
      '/openapi.json',
      'This interface, as OpenAPI 3.1',
      'an OpenAPI document',
      once(() => json(openapi())),
    ),
    served(
      '/asyncapi.json',
      'The MQTT topics, as AsyncAPI 3.0',
      'an AsyncAPI document',
      once(() => json(asyncapi())),
    ),
    served('/docs', 'The reference, for people', 'a page', reference),
    served('/docs/problems', 'The catalogue of problems, for people', 'a page', problems),
  ];
}

/** Bytes made once: whoever asks ten thousand times without reading costs neither time nor memory. */
const json = (document: object): Reply => ({
  status: 200,
  body: Buffer.from(JSON.stringify(document)),
  headers: { 'content-type': 'application/json; charset=utf-8' },
});

const served = (path: string, summary: string, answer: string, reply: () => Reply): Route =>
  readRoute({
    method: 'GET',
    path,
    access: 'public',
    tag: 'reference',
    summary,
    replies: { 200: answer },
    read: async () => reply(),
  });

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
