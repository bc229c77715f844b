import type { Cell } from './parse-cell.ts';

/** The cell's value as JSON; null where there is nothing to publish. */
export function jsonOfCell(cell: Cell): string | null {
  if (cell.kind === 'number') return cell.json;
  return cell.kind === 'text' ? JSON.stringify(cell.text) : null;
}
