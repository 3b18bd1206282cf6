import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { asyncApiDocument } from '../mqtt/asyncapi.ts';
import { defineTopic } from '../mqtt/topic.ts';
import { docsPage } from './docs-page.ts';
import { markup } from './docs-page-markup.ts';
import { problemsPage } from './docs-page-problems.ts';
import { documentationRoutes } from './docs-page-routes.ts';
import { httpProblems } from './http-problems.ts';
import { openApiDocument } from './openapi.ts';
import { anonymous } from './principal.ts';
import { noContent, type Reply, type Route, writeRoute } from './route.ts';

const Pet = z.object({ age: z.number().int().min(1).default(3).describe('in `years`') });
const route = writeRoute({
  method: 'POST',
  path: '/api/pets',
  aliases: ['/pets'],
  access: ['staff', 'admin'],
  tag: 'pets',
  summary: 'Add a pet <b>',
  body: Pet,
  replies: { 201: Pet },
  write: () => noContent,
});
const openapi = openApiDocument([route], {
  title: 'Pets',
  version: '1.2.3',
  schemas: new Map([['Pet', Pet]]),
});
const petState = defineTopic({
  name: 'pet_state',
  path: 'pet/{id}/state',
  direction: 'receive',
  qos: 1,
  retained: true,
  payload: z.object({ hungry: z.boolean() }),
  publish: [{ roles: ['tablet'], own: true }],
  subscribe: [{ roles: ['staff'] }],
  summary: 'How the pet is',
});
const page = docsPage(openapi, asyncApiDocument([petState], { site: 'labs', version: '1.2.3' }));
const problems = problemsPage(Object.values(httpProblems));
const noRequest = {
  params: {},
  query: {},
  body: undefined,
  principal: anonymous,
  at: 0,
  address: '',
  headers: {},
};
const noReader = { all: async () => [], get: async () => undefined };
const textOf = (reply: Reply): string => String(reply.body);

test('what is put into markup is text, unless it is markup', () => {
  const name = '<script>"&\'';
  expect(markup`<p>${name}${markup`<b>${1}</b>`}${['a', undefined, 'b']}</p>`.text).toBe(
    '<p>&lt;script&gt;&quot;&amp;&#39;<b>1</b>ab</p>',
  );
});

test('shows routes with who may call them, their other addresses and their fields', () => {
  const text = textOf(page);
  expect(text).toContain('Version 1.2.3');
  expect(text).toContain('/api/pets');
  expect(text).toContain('Also at <code>/pets</code>');
  expect(text).toContain('staff, admin');
  expect(text).toContain('Add a pet &lt;b&gt;');
  expect(text).toContain('integer, at least 1, 3 unless told');
  expect(text).toContain('in <code>years</code>');
});

test('shows topics with who publishes and what', () => {
  const text = textOf(page);
  expect(text).toContain('dugout/v1/labs/pet/{id}/state');
  expect(text).toContain('<td>publishes</td><td>tablet (own)</td>');
  expect(text).toContain('<td>subscribes</td><td>the appliance, staff</td>');
  expect(text).toContain('<code>hungry</code>');
  expect(text).toContain('retained');
});

test('every problem has the anchor its documents point to', () => {
  for (const { code, title } of Object.values(httpProblems)) {
    expect(textOf(problems)).toContain(`id="${code}"`);
    expect(textOf(problems)).toContain(title.replaceAll("'", '&#39;'));
  }
});

test.each([
  ['reference', page],
  ['problems', problems],
])('the %s runs nothing, loads nothing, and every link on it leads somewhere', (_name, reply) => {
  const text = textOf(reply);
  const policy = reply.headers?.['content-security-policy'] ?? '';
  const style = /<style>(?<style>[\s\S]*)<\/style>/u.exec(text)?.groups?.['style'] ?? '';
  expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  expect(policy).toContain("default-src 'none'");
  expect(text).not.toMatch(/<script|<link|<img|https?:|@import|url\(|\son\w+=|\sstyle=/u);

  const ids = new Set([...text.matchAll(/\sid="(?<id>[^"]+)"/gu)].map((match) => match.groups?.['id']));
  const anchors = [...text.matchAll(/href="#(?<id>[^"]+)"/gu)].map((match) => match.groups?.['id']);
  expect(anchors.length).toBeGreaterThan(0);
  expect(anchors.filter((id) => !ids.has(id))).toEqual([]);
});

test('the reference is served, and describes its own addresses too', async () => {
  const served: Route[] = documentationRoutes({
    routes: () => [route, ...served],
    topics: [petState],
    site: 'labs',
    version: '1.2.3',
    schemas: new Map([['Pet', Pet]]),
  });
  const body = async (path: string) => {
    const found = served.find((one) => one.path === path);
    const reply = await found?.read?.(noRequest, noReader);
    return reply?.body;
  };
  const document = async (path: string): Promise<unknown> => JSON.parse(String(await body(path)));
  expect(await document('/openapi.json')).toMatchObject({ paths: { '/api/pets': {}, '/openapi.json': {} } });
  expect(await body('/openapi.json')).toBe(await body('/openapi.json'));
  expect(await document('/asyncapi.json')).toMatchObject({ asyncapi: '3.0.0' });
  expect(await body('/docs')).toContain('/openapi.json');
  expect(await body('/docs/problems')).toContain('id="not_found"');
});
