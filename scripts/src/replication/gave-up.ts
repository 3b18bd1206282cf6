import type { Command } from 'commander';

/** Ends a verb that could not do what it says: in words on stderr, and whoever asked for JSON is given JSON. */
export function gaveUp(
  command: Command,
  error: unknown,
  { json, exitCode }: { json: true | undefined; exitCode: number },
): never {
  const message = error instanceof Error ? error.message : String(error);
  if (json) console.log(JSON.stringify({ error: message }));
  return command.error(`error: ${message}`, { exitCode });
}
