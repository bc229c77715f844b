import { instantsOf } from '../messages/instants.ts';
import { machineMessage, orderMessage, valuesAt, type Message } from '../messages/machine-message.ts';
import type { Plant } from '../plant/plant.ts';
import type { Span } from '../plant/spans.ts';
import type { Pass } from './pass.ts';

/** One message per machine with all it said in that stretch, then the orders that began in it. */
export function* sliceMessages(plant: Plant, pass: Pass, slice: Span): Generator<Message> {
  for (const line of plant.lines) {
    if (line.site !== pass.site) continue;
    for (const machine of line.machines) {
      const instants = instantsOf(machine, pass.density, slice);
      if (instants.length === 0) continue;
      const told = instants.map((instant) => ({ atS: instant.atS, values: valuesAt(machine, instant) }));
      yield machineMessage(line, machine, told);
    }
    if (pass.density === 'between') continue;
    for (const order of line.ordersBeginning(slice.fromS, slice.toS)) yield orderMessage(line, order);
  }
}
