export const shortcuts = [
  { key: '/', does: 'search' },
  { key: 'n', does: 'call_next' },
  { key: 'u', does: 'undo' },
  { key: '?', does: 'help' },
] as const;

export type Shortcut = (typeof shortcuts)[number]['does'];

/** The part of a KeyboardEvent that is looked at. */
export type KeyPress = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; repeat: boolean };

/**
 * What a key press means, unless somebody is typing, holds the key down or speaks to the browser. Single keys can be
 * switched off (WCAG 2.1.4), all but the one that shows how.
 */
export function shortcutOf(press: KeyPress, typing: boolean, on: boolean): Shortcut | undefined {
  if (typing || press.repeat || press.ctrlKey || press.metaKey || press.altKey) return undefined;
  const found = shortcuts.find(({ key }) => key === press.key.toLowerCase())?.does;
  return on || found === 'help' ? found : undefined;
}
