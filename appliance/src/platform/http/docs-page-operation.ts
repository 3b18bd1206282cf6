import { type Markup, markup } from './docs-page-markup.ts';
import { fieldRow, schemaTable, typeOf } from './docs-page-schema.ts';
import type { OpenApiDocument, Operation } from './openapi.ts';

export interface Address {
  readonly method: string;
  readonly path: string;
  readonly aliases: readonly string[];
  readonly operation: Operation;
}

/** Operations under their canonical paths, each with the other addresses it answers to. */
export function addressesOf(openapi: OpenApiDocument): Address[] {
  const all = Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const aliasesOf = (method: string, path: string) =>
    all.filter((other) => other.method === method && other.operation['x-canonical-path'] === path);
  return all
    .filter(({ operation }) => operation['x-canonical-path'] === undefined)
    .map((address) => ({
      ...address,
      aliases: aliasesOf(address.method, address.path).map(({ path }) => path),
    }));
}

/** One operation, folded: what it does and who may; unfolded: what it takes and answers. */
export const operationDetails = ({ method, path, aliases, operation }: Address): Markup => markup`
<details id="${operation.operationId}"><summary><span class="verb ${method}">${method.toUpperCase()}</span>
<span class="path">${path}</span><span class="tag">${whoMay(operation)}</span>
<span class="says">${operation.summary}</span></summary><div class="inside">
${alsoAt(aliases)}${parameterTable(operation)}${body(operation)}
<h3>Answers</h3><table>${answers(operation)}</table></div></details>`;

function whoMay(operation: Operation): string {
  if (operation.security.length === 0) return 'everybody';
  return operation['x-roles']?.join(', ') ?? 'signed in';
}

const alsoAt = (aliases: readonly string[]): Markup | undefined =>
  aliases.length === 0
    ? undefined
    : markup`<p class="soft">Also at ${aliases.map((alias) => markup`<code>${alias}</code> `)}</p>`;

function parameterTable({ parameters }: Operation): Markup | undefined {
  if (parameters.length === 0) return undefined;
  const rows = parameters.map(({ name, schema, required, description = '', in: where }) =>
    fieldRow(name, schema, required, `${where === 'query' ? '' : `In the ${where}. `}${description}`),
  );
  return markup`<h3>Parameters</h3><table>${rows}</table>`;
}

const body = ({ requestBody }: Operation): Markup[] =>
  Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) =>
      markup`<h3>Body</h3><p class="soft">${type}</p>${Object.keys(schema).length > 0 ? schemaTable(schema) : ''}`,
  );

const answers = ({ responses }: Operation): Markup[] =>
  Object.entries(responses).map(([status, { description, content = {} }]) => {
    const [answer] = Object.values(content);
    return markup`<tr><td><code>${status}</code></td>
<td>${answer === undefined ? description : typeOf(answer.schema)}</td></tr>`;
  });
