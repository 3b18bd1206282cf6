export const code = (text: string): string => `\`${text}\``;

/** One cell of a table: no line breaks, and no bar that would end it. */
const cell = (text: string): string => text.replaceAll(/\s+/gu, ' ').replaceAll('|', '\\|').trim();

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

/** A whole page. It says that it is made, and by what, so that nobody edits it by hand. */
export const page = (title: string, ...parts: readonly string[]): string =>
  [`# ${title}\n`, '<!-- Made by `npm run check -- --fix`; a test holds it current. -->\n', ...parts].join(
    '\n',
  );
