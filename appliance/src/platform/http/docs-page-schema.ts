import { type Markup, markup, prose } from './docs-page-markup.ts';
import type { JsonSchema } from './openapi-schemas.ts';

export const schemaAnchor = (name: string): string => `schema-${name}`;

/** One line that says what a value looks like: `integer, 1 to 50`, a list of words, a link to a named schema. */
export function typeOf(schema: JsonSchema): Markup {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/components/schemas/', '');
    return markup`<a href="#${schemaAnchor(name)}">${name}</a>`;
  }
  if (schema.anyOf !== undefined) return joined(schema.anyOf.map(typeOf), ' or ');
  if (schema.enum !== undefined) {
    return joined(
      schema.enum.map((value) => markup`<code>${String(value)}</code>`),
      ', ',
    );
  }
  if (schema.const !== undefined) return markup`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.items !== undefined) return markup`list of ${typeOf(schema.items)}`;
  const type = [schema.type ?? 'anything'].flat().join(' or ');
  const details = [schema.format, ...limits(schema)].filter((detail) => detail !== undefined);
  return markup`${[type, ...details].join(', ')}`;
}

const joined = (parts: readonly Markup[], separator: string): Markup =>
  markup`${parts.map((part, index) => (index === 0 ? part : markup`${separator}${part}`))}`;

function limits(schema: JsonSchema): string[] {
  const { minimum, maximum, minLength, maxLength } = schema;
  return [
    range(minimum, maximum, ''),
    range(minLength, maxLength, ' characters'),
    schema.default === undefined ? '' : `${JSON.stringify(schema.default)} unless told`,
  ].filter((limit) => limit !== '');
}

function range(from: number | undefined, to: number | undefined, unit: string): string {
  if (from !== undefined && to !== undefined) return `${from} to ${to}${unit}`;
  if (from !== undefined) return `at least ${from}${unit}`;
  return to === undefined ? '' : `at most ${to}${unit}`;
}

/** The fields of an object as a table; of anything else, its one line. */
export function schemaTable(schema: JsonSchema): Markup {
  const { properties, required = [] } = schema;
  if (properties === undefined) return markup`<p>${typeOf(schema)}</p>`;
  return markup`<table>${Object.entries(properties).map(([name, field]) =>
    fieldRow(name, field, required.includes(name)),
  )}</table>`;
}

export const fieldRow = (
  name: string,
  field: JsonSchema,
  isRequired: boolean,
  note?: string,
): Markup => markup`
<tr><td><code>${name}</code>${isRequired ? '' : markup` <span class="soft">optional</span>`}</td>
<td>${typeOf(field)}${described(note ?? field.description)}${nested(field)}</td></tr>`;

const described = (text: string | undefined): Markup | undefined =>
  text === undefined ? undefined : markup`<br><span class="soft">${prose(text)}</span>`;

/** Objects within objects are small here, so they are shown in place. */
const nested = (field: JsonSchema): Markup | undefined => {
  const inner = field.items ?? field;
  return inner.properties === undefined ? undefined : schemaTable(inner);
};
