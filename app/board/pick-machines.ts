import type { LiveMachine } from '../../contracts/live.ts';

/** @returns the machines that fit, in their order: those broken down first to be kept, then the first of the others. */
export function pickMachines(machines: LiveMachine[], most: number): LiveMachine[] {
  if (machines.length <= most) return machines;
  const broken = machines.filter((machine) => machine.state === 'breakdown');
  const others = machines.filter((machine) => machine.state !== 'breakdown');
  const kept = new Set([...broken, ...others].slice(0, most));
  return machines.filter((machine) => kept.has(machine));
}
