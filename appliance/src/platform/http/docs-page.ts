import { type Chapter, docsLayout } from './docs-page-layout.ts';
import { type Markup, markup, prose } from './docs-page-markup.ts';
import { addressesOf, operationDetails } from './docs-page-operation.ts';
import { schemaAnchor, schemaTable } from './docs-page-schema.ts';
import { topicsOf } from './docs-page-topic.ts';
import type { OpenApiDocument } from './openapi.ts';
import type { JsonSchema } from './openapi-schemas.ts';
import type { Reply } from './route.ts';

/**
 * The reference as one page, made from the OpenAPI and the AsyncAPI document: every route, every topic, every schema.
 * The problems have a page of their own.
 */
export function docsPage(openapi: OpenApiDocument, asyncapi: object): Reply {
  const { title, version, description = '' } = openapi.info;
  const addresses = addressesOf(openapi);
  const schemas = Object.entries(openapi.components.schemas).sort(([a], [b]) => a.localeCompare(b));
  return docsLayout(
    title,
    chaptersOf(openapi),
    markup`<h1>${title}</h1><p class="lead">Version ${version}. ${prose(description)}</p>
${openapi.tags.map(({ name }) => {
  const operations = addresses.filter(({ operation }) => operation.tags.includes(name));
  return markup`<section id="${name}"><h2>${name}</h2>${operations.map(operationDetails)}</section>`;
})}
<section id="topics"><h2>MQTT topics</h2>${topicsOf(asyncapi)}</section>
<section id="schemas"><h2>Schemas</h2>${schemas.map(schemaDetails)}</section>`,
  );
}

const chaptersOf = (openapi: OpenApiDocument): Chapter[] => [
  { title: 'HTTP', sections: openapi.tags.map(({ name }) => [`#${name}`, name]) },
  { title: 'MQTT', sections: [['#topics', 'topics']] },
  {
    title: 'More',
    sections: [
      ['#schemas', 'schemas'],
      ['/docs/problems', 'problems'],
      ['/openapi.json', 'openapi.json'],
      ['/asyncapi.json', 'asyncapi.json'],
    ],
  },
];

const schemaDetails = ([name, schema]: [string, JsonSchema]): Markup => markup`
<details id="${schemaAnchor(name)}"><summary><span class="verb get">JSON</span><span class="path">${name}</span></summary>
<div class="inside">${schemaTable(schema)}</div></details>`;
