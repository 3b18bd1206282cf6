import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { contractSchemas } from '../../../contract/schemas.ts';
import { openApiDocument } from './openapi.ts';
import { noContent, ok, readRoute, writeRoute } from './route.ts';

const Pet = z.object({ id: z.uuid(), age: z.number().int(), friend: z.string().nullable() });
const PetInput = z.strictObject({ age: z.number().int().default(1).describe('in years') });
const params = z.object({ id: z.uuid().describe('of the pet') });

const routes = [
  readRoute({
    method: 'GET',
    path: '/api/pets',
    access: 'public',
    tag: 'pets',
    summary: 'All pets',
    query: z.object({ limit: z.coerce.number().int().min(1).default(50), owner: z.string() }),
    replies: { 200: z.object({ items: z.array(Pet) }) },
    read: async () => ok({ items: [] }),
  }),
  writeRoute({
    method: 'PUT',
    path: '/api/pets/:id',
    aliases: ['/pets/:id'],
    access: ['staff'],
    tag: 'pets',
    summary: 'Change a pet',
    params,
    body: PetInput,
    replies: { 200: Pet, 204: 'nothing changed' },
    write: () => noContent,
  }),
  writeRoute({
    method: 'PUT',
    path: '/api/pets/:id/photo',
    access: 'signed_in',
    tag: 'photos',
    summary: 'Its photo',
    body: 'bytes',
    replies: { 204: 'stored' },
    write: () => noContent,
  }),
  writeRoute({
    method: 'POST',
    path: '/api/pets/news',
    access: 'public',
    tag: 'pets',
    summary: 'What somebody else tells of them',
    body: 'form',
    replies: { 204: 'heard' },
    write: () => noContent,
  }),
];
const document = openApiDocument(routes, {
  title: 'Pets',
  version: '1.0.0',
  schemas: new Map<string, z.ZodType>([
    ['Pet', Pet],
    ['PetInput', PetInput],
  ]),
});
const list = document.paths['/api/pets']?.['get'];
const change = document.paths['/api/pets/{id}']?.['put'];

test('is a valid OpenAPI 3.1 document', async () => {
  expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
});

test('gives every operation a name of its own', () => {
  const names = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(names).toEqual([
    'get_api_pets',
    'put_api_pets_id',
    'put_pets_id',
    'put_api_pets_id_photo',
    'post_api_pets_news',
  ]);
});

test('tells defaults, and which query fields are needed', () => {
  expect(list?.parameters).toEqual([
    { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, default: 50 } },
    { name: 'owner', in: 'query', required: true, schema: { type: 'string' } },
  ]);
});

test('writes a named schema down once and lets answers grow', () => {
  expect(list?.responses['200']?.content?.['application/json']?.schema).toEqual({
    type: 'object',
    properties: { items: { type: 'array', items: { $ref: '#/components/schemas/Pet' } } },
    required: ['items'],
  });
  expect(document.components.schemas['Pet']).not.toHaveProperty('additionalProperties');
  expect(document.components.schemas['PetInput']).toEqual({
    type: 'object',
    properties: { age: { type: 'integer', default: 1, description: 'in years' } },
    additionalProperties: false,
  });
});

test('a schema that reads differently both ways stands there twice', () => {
  const Count = z.object({ n: z.number().default(0) });
  const echo = writeRoute({
    method: 'POST',
    path: '/echo',
    access: 'public',
    tag: 'echo',
    summary: 'Echo',
    body: Count,
    replies: { 200: Count },
    write: () => noContent,
  });
  const { components } = openApiDocument([echo], {
    title: 't',
    version: '1',
    schemas: new Map([['Count', Count]]),
  });
  expect(components.schemas['Count']?.required).toBeUndefined();
  expect(components.schemas['Count.output']?.required).toEqual(['n']);
});

test('tells who may call, and how they say who they are', () => {
  expect(list?.security).toEqual([]);
  expect(list).not.toHaveProperty('x-roles');
  expect(change?.security).toEqual([{ bearer: [] }, { cookie: [] }, { basic: [] }]);
  expect(change?.['x-roles']).toEqual(['staff']);
});

test('offers Idempotency-Key on unsafe methods alone', () => {
  const takesKey = (parameters = list?.parameters) =>
    parameters?.some(({ name }) => name === 'Idempotency-Key');
  expect(takesKey()).toBe(false);
  expect(takesKey(change?.parameters)).toBe(true);
});

test('asks for a body only where an empty one is refused, and takes bytes as bytes, a form as a form', () => {
  expect(change?.requestBody?.required).toBe(false);
  const photo = document.paths['/api/pets/{id}/photo']?.['put'];
  expect(photo?.requestBody).toEqual({
    required: true,
    content: { 'application/octet-stream': { schema: {} } },
  });
  expect(photo?.parameters[0]).toMatchObject({ name: 'id', in: 'path', required: true });
  expect(document.paths['/api/pets/news']?.['post']?.requestBody?.content).toEqual({
    'application/x-www-form-urlencoded': {
      schema: { type: 'object', additionalProperties: { type: 'string' } },
    },
  });
});

test('describes an alias in full and names the path to prefer', () => {
  const alias = document.paths['/pets/{id}']?.['put'];
  expect(alias).toEqual({ ...change, operationId: 'put_pets_id', 'x-canonical-path': '/api/pets/{id}' });
});

test('every failure is a problem document', () => {
  expect(change?.responses['default']?.content).toEqual({
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  });
});

test('the whole contract can be told as JSON Schema', () => {
  const everything = writeRoute({
    method: 'POST',
    path: '/everything',
    access: 'public',
    tag: 'all',
    summary: 'All',
    replies: Object.fromEntries([...contractSchemas.values()].map((schema, index) => [200 + index, schema])),
    write: () => noContent,
  });
  const { components } = openApiDocument([everything], {
    title: 't',
    version: '1',
    schemas: contractSchemas,
  });
  expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining([...contractSchemas.keys()]));
});
