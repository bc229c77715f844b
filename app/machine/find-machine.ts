import type { LiveLine, LiveMachine, Snapshot } from '../../contracts/live.ts';

export interface MachinePlace {
  area: string;
  line: string;
  machine: string;
}

/** @returns the machine and its line; null when the site has no such machine. */
export function findMachine(
  picture: Snapshot,
  place: MachinePlace,
): { line: LiveLine; machine: LiveMachine } | null {
  const line = picture.lines.find((each) => each.area === place.area && each.line === place.line);
  const machine = line?.machines.find((each) => each.machine === place.machine);
  return line === undefined || machine === undefined ? null : { line, machine };
}
