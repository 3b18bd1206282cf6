import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { z } from 'zod';
import { Role } from '../../../appliance/contract/auth.ts';

const rows = z.array(z.object({ name: z.string(), role: Role }));

/**
 * Everybody who may sign in over MQTT, by name: devices and staff. Players are not among them: they use HTTP. Reads
 * alone, so a running appliance is not disturbed. Throws when there is no database.
 */
export function listedUsers(directory: string) {
  const file = join(directory, 'dugout.db');
  if (!existsSync(file))
    throw new Error(`${file} does not exist yet: the first start of the appliance makes it`);
  const connection = new Sqlite(file, { readonly: true, fileMustExist: true });
  try {
    const found = connection
      .prepare(
        `SELECT username AS name, role FROM users WHERE disabled_at IS NULL AND role <> 'player' ORDER BY username`,
      )
      .all();
    return rows.parse(found);
  } finally {
    connection.close();
  }
}
