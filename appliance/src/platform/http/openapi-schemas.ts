import { z } from 'zod';

/** JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly additionalProperties?: boolean | JsonSchema;
}

/** What a caller sends is `input` (defaults may be left out), what it receives is `output`. */
export type Direction = 'input' | 'output';

export interface SchemaBook {
  /** Fills up as schemas are asked for. */
  readonly components: Readonly<Record<string, JsonSchema>>;
  /** The schema as JSON, named ones as references into `components`. */
  schemaOf(schema: z.ZodType, direction: Direction): JsonSchema;
}

/** Turns zod schemas into JSON Schema, each named one written down once. */
export function createSchemaBook(named: ReadonlyMap<string, z.ZodType>): SchemaBook {
  const names = z.registry<{ id: string }>();
  for (const [id, schema] of named) names.add(schema, { id });
  const components: Record<string, JsonSchema> = {};

  /** A schema that reads differently as input and as output stands in the book twice. */
  function nameFor(id: string, definition: JsonSchema, direction: Direction): string {
    const known = components[id];
    if (known === undefined || JSON.stringify(known) === JSON.stringify(definition)) return id;
    return `${id}.${direction}`;
  }

  return {
    components,
    schemaOf(schema, direction) {
      const { $schema, $defs, ...whole } = z.toJSONSchema(schema, {
        io: direction,
        metadata: names,
        unrepresentable: 'any',
        override: ({ zodSchema, jsonSchema }) => tidy(zodSchema, jsonSchema, direction),
      });
      const definitions = ($defs ?? {}) as Record<string, JsonSchema>;
      const located = new Map<string, string>();
      for (const [id, definition] of Object.entries(definitions)) {
        located.set(id, nameFor(id, pointedAt(definition, located), direction));
      }
      for (const [id, definition] of Object.entries(definitions)) {
        components[located.get(id) ?? id] = pointedAt(definition, located);
      }
      return pointedAt(whole as JsonSchema, located);
    },
  };
}

const formatsThatSayItAll = new Set(['uuid', 'date-time', 'email']);

/** Takes away what says nothing to a reader, and the promise that an answer never gains a field. */
function tidy(zodSchema: z.core.$ZodType, schema: z.core.JSONSchema.BaseSchema, direction: Direction): void {
  const description = z.globalRegistry.get(zodSchema)?.description;
  if (description !== undefined) schema.description = description;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format !== undefined && formatsThatSayItAll.has(schema.format)) delete schema.pattern;
  const isStrict = zodSchema instanceof z.ZodObject && zodSchema.def.catchall !== undefined;
  if (direction === 'output' && !isStrict && schema.additionalProperties === false) {
    delete schema.additionalProperties;
  }
}

/** References within one schema become references into the book. */
const pointedAt = (schema: JsonSchema, located: ReadonlyMap<string, string>): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key !== '$ref' || typeof value !== 'string') return value;
    const id = value.replace('#/$defs/', '');
    return `#/components/schemas/${located.get(id) ?? id}`;
  }) as JsonSchema;
