/** Lists that are read page by page; a cursor of one is no cursor of another. */
export type ListName = 'sites' | 'machines' | 'signals' | 'latest' | 'dead-letters';

export interface Page<Item> {
  items: Item[];
  /** null at the end. */
  next: string | null;
}

const FORMAT = /^([a-z-]+):(\d{1,15})$/;

/** @returns an opaque text that stands for "after this id" (for newest-first lists: below it). */
export function encodeCursor(list: ListName, id: number): string {
  return Buffer.from(`${list}:${id}`).toString('base64url');
}

/** @returns the id, or null when the text is no cursor of this list. */
export function decodeCursor(list: ListName, cursor: string): number | null {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(cursor)) return null;
  const match = FORMAT.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  return match?.[1] === list ? Number(match[2]) : null;
}

/** @param rows one more than `limit` where there are more. */
export function toPage<Row, Item>(
  list: ListName,
  rows: readonly Row[],
  limit: number,
  idOf: (row: Row) => number,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? encodeCursor(list, idOf(last)) : null;
  return { items: shown.map(itemOf), next };
}
