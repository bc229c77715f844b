/**
 * How lines share the wall. Heights are in machine rows: a line needs one for each of its machines and some for its
 * hours and edges. A wall page holds so many that a machine's row stays readable; more lines turn pages.
 */
export interface WallPage {
  /** Indices of the lines on this page. */
  lines: number[];
  /** Relative heights, one a line. */
  heights: number[];
  /** How much larger than the smallest readable size this page can be written. */
  scale: number;
}

const PAGE_ROWS = 30;
/** Machines drawn a line; of more, those that want attention come first and the others are counted. */
export const MAX_MACHINES = 9;
const OWN_ROWS = 1.5;
const MIN_ROWS = 4.4;
const LARGEST_SCALE = 1.1;

const rowsOf = (machines: number) => Math.max(MIN_ROWS, Math.min(machines, MAX_MACHINES) + OWN_ROWS);

/** @param machines how many machines each line has, in the order of the board. */
export function planPages(machines: readonly number[]): WallPage[] {
  const heights = machines.map(rowsOf);
  const fewest = fill(heights, PAGE_ROWS).length;
  // No more pages than needed, all about as full: four lines and three rather than six and one.
  for (let rows = Math.max(...heights); rows < PAGE_ROWS; rows += 0.5) {
    const pages = fill(heights, rows);
    if (pages.length === fewest) return pages;
  }
  return fill(heights, PAGE_ROWS);
}

function fill(heights: readonly number[], rows: number): WallPage[] {
  const pages: number[][] = [];
  let used = Infinity;
  heights.forEach((height, line) => {
    if (used + height > rows) {
      pages.push([]);
      used = 0;
    }
    pages.at(-1)?.push(line);
    used += height;
  });
  return pages.map((lines) => toPage(lines, heights));
}

function toPage(lines: number[], heights: readonly number[]): WallPage {
  const own = lines.map((line) => heights[line] ?? MIN_ROWS);
  return { lines, heights: own, scale: Math.min(LARGEST_SCALE, Math.max(1, PAGE_ROWS / sum(own))) };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

/** How many rows of values a line of that height has room for on its page. */
export function valueRows(height: number, { heights, scale }: WallPage): number {
  const units = Math.min(PAGE_UNITS / sum(heights), TALLEST_ROW_UNITS) * height;
  return Math.max(1, Math.floor((units - EDGE_UNITS) / (VALUE_UNITS * scale)));
}

/** In wall units (hundredths of the screen's height): what all lines have together, what one row of values needs, … */
const PAGE_UNITS = 80;
const VALUE_UNITS = 10.2;
const EDGE_UNITS = 2;
/** … and how high a machine's row may become on a board of few machines (styles/wall.css says the same). */
const TALLEST_ROW_UNITS = 7.5;
