import type { Database as Connection } from 'better-sqlite3';
import type { Table } from './table.ts';

interface ActualColumn {
  name: string;
  type: string;
  notnull: 0 | 1;
  pk: number;
}

/**
 * Holds the declared tables against the real schema. Answers one sentence per difference, none when they agree:
 * a table that nobody declared, a column without a privacy class, a type, a key or a NULL that is not as declared.
 */
export function schemaDifferences(connection: Connection, declared: readonly Table[]): string[] {
  const differences: string[] = [];
  const actualTables = connection
    .prepare(
      "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .all() as { name: string; strict: 0 | 1 }[];
  const byName = new Map(declared.map((table) => [table.name, table]));

  for (const { name, strict } of actualTables) {
    const table = byName.get(name);
    byName.delete(name);
    if (table === undefined) {
      differences.push(`table ${name} is not declared replicated or local`);
      continue;
    }
    if (strict !== 1) differences.push(`table ${name} is not STRICT`);
    differences.push(...columnDifferences(connection, table));
  }
  for (const name of byName.keys()) differences.push(`table ${name} is declared but does not exist`);
  return differences;
}

function columnDifferences(connection: Connection, table: Table): string[] {
  const differences: string[] = [];
  const actual = connection
    .prepare('SELECT name, type, "notnull", pk FROM pragma_table_info(?)')
    .all(table.name) as ActualColumn[];
  const undeclared = new Map(Object.entries(table.columns));
  for (const column of actual) {
    const at = `${table.name}.${column.name}`;
    const expected = undeclared.get(column.name);
    undeclared.delete(column.name);
    if (expected === undefined) {
      differences.push(`column ${at} has no declaration, so no privacy class`);
      continue;
    }
    const declared = expected.mixed ? 'ANY' : expected.type;
    if (declared !== column.type) differences.push(`column ${at} is ${column.type}, declared ${declared}`);
    const isKey = column.pk > 0;
    if (expected.nullable !== (column.notnull === 0)) {
      differences.push(`column ${at} is declared ${expected.nullable ? 'nullable' : 'NOT NULL'} but is not`);
    }
    if (isKey !== table.key.includes(column.name))
      differences.push(`column ${at} differs in being part of the key`);
  }
  for (const name of undeclared.keys())
    differences.push(`column ${table.name}.${name} is declared but does not exist`);
  return differences;
}
