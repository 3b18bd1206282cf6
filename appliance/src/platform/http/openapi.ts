import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import { Problem } from '../../../contract/problems.ts';
import { createSchemaBook, type JsonSchema, type SchemaBook } from './openapi-schemas.ts';
import type { Route } from './route.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}
type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;
export interface Response {
  readonly description: string;
  readonly content?: Content;
}
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  /** Roles that may call it; missing where every signed-in caller may. */
  readonly 'x-roles'?: readonly string[];
  /** Set on an address that exists for the seeds' sake: the path of the same operation to prefer. */
  readonly 'x-canonical-path'?: string;
}
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

export interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** Schemas that have a name in the document; others are written out where they are used. */
  readonly schemas?: ReadonlyMap<string, z.ZodType>;
}

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'The token that `POST /login` answers.' },
  cookie: { type: 'apiKey', in: 'cookie', name: 'dugout_session', description: 'For the screens.' },
  basic: { type: 'http', scheme: 'basic', description: 'For devices: name and secret.' },
} as const;
const anyScheme = Object.keys(securitySchemes).map((name) => ({ [name]: [] }));

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Repeat a request with the same key and it has its first answer again, and its effect once.',
  schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
};

/** Describes the routes as OpenAPI 3.1: every address, those kept for older clients included. */
export function openApiDocument(routes: readonly Route[], options: OpenApiOptions): OpenApiDocument {
  const { schemas = new Map<string, z.ZodType>(), ...info } = options;
  const book = createSchemaBook(new Map([...schemas, ['Problem', Problem]]));
  const problem: Content = { 'application/problem+json': { schema: book.schemaOf(Problem, 'output') } };
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const operation = operationOf(route, book, problem);
    for (const path of [route.path, ...(route.aliases ?? [])]) {
      const method = route.method.toLowerCase();
      const canonical = path === route.path ? {} : { 'x-canonical-path': templated(route.path) };
      const at = { ...operation, ...canonical, operationId: idOf(method, path) };
      paths[templated(path)] = { ...paths[templated(path)], [method]: at };
    }
  }
  const tags = [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name }));
  return { openapi: '3.1.0', info, tags, paths, components: { schemas: book.components, securitySchemes } };
}

const templated = (path: string): string => path.replaceAll(/:(\w+)/gu, '{$1}');
const idOf = (method: string, path: string): string =>
  [method, ...path.split(/[^\w]+/u).filter((part) => part !== '')].join('_');

function operationOf(route: Route, book: SchemaBook, problem: Content): Omit<Operation, 'operationId'> {
  const isPublic = route.access === 'public';
  return {
    tags: [route.tag],
    summary: route.summary,
    parameters: [
      ...pathParameters(route, book),
      ...parametersOf(route.query, 'query', book),
      ...(route.method === 'GET' ? [] : [idempotencyKey]),
    ],
    ...(route.body === undefined ? {} : { requestBody: bodyOf(route.body, route.bytesAre, book) }),
    responses: {
      ...repliesOf(route, book),
      default: { description: 'A problem, by its `code`', content: problem },
    },
    security: isPublic ? [] : anyScheme,
    ...(typeof route.access === 'string' ? {} : { 'x-roles': route.access }),
  };
}

function pathParameters(route: Route, book: SchemaBook): Parameter[] {
  const described = parametersOf(route.params, 'path', book);
  const names = [...route.path.matchAll(/:(\w+)/gu)].map((match) => match[1] ?? '');
  return names.map(
    (name) =>
      described.find((parameter) => parameter.name === name) ?? {
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      },
  );
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query', book: SchemaBook): Parameter[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = resolved(book.schemaOf(schema, 'input'), book);
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: property,
  }));
}

/** A named schema of parameters is taken apart, so it is looked up rather than pointed at. */
const resolved = (schema: JsonSchema, book: SchemaBook): JsonSchema =>
  schema.$ref === undefined
    ? schema
    : (book.components[schema.$ref.replace('#/components/schemas/', '')] ?? {});

function bodyOf(
  body: z.ZodType | 'bytes' | 'form',
  bytesAre: z.ZodType | undefined,
  book: SchemaBook,
): NonNullable<Operation['requestBody']> {
  if (body === 'bytes' && bytesAre !== undefined) return bodyOf(bytesAre, undefined, book);
  if (body === 'bytes') return { required: true, content: { 'application/octet-stream': { schema: {} } } };
  if (body === 'form') {
    const fields = { type: 'object', additionalProperties: { type: 'string' } } as const;
    return { required: true, content: { 'application/x-www-form-urlencoded': { schema: fields } } };
  }
  // An empty body is an empty object, so it is needed only where an empty object is refused.
  const required = !body.safeParse({}).success;
  return { required, content: { 'application/json': { schema: book.schemaOf(body, 'input') } } };
}

const repliesOf = (route: Route, book: SchemaBook): Record<string, Response> =>
  Object.fromEntries(
    Object.entries(route.replies).map(([status, reply]) => [
      status,
      typeof reply === 'string'
        ? { description: reply }
        : {
            description: STATUS_CODES[status] ?? status,
            content: { 'application/json': { schema: book.schemaOf(reply, 'output') } },
          },
    ]),
  );
