import { useNow } from '../appliance-client/use-now.ts';

/** Which part of a long list is shown now. Every page is held `holdMs`, and all viewers see the same one. */
export function pageOf<Item>(
  items: readonly Item[],
  size: number,
  holdMs: number,
  now: number,
): readonly Item[] {
  const pages = Math.ceil(items.length / size);
  if (pages <= 1) return items;
  const page = Math.floor(now / holdMs) % pages;
  return items.slice(page * size, (page + 1) * size);
}

export function usePage<Item>(items: readonly Item[], size: number, holdMs = 10_000): readonly Item[] {
  return pageOf(items, size, holdMs, useNow());
}
