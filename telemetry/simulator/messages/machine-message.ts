import { REASON_SIGNAL, STATE_SIGNAL } from '../../../contracts/machine-state.ts';
import { ORDER_TOPIC_LEVEL, type OrderMessage } from '../../../contracts/order.ts';
import type { PlantOrder } from '../plant/order-book.ts';
import type { PlantLine } from '../plant/plant.ts';
import type { PlantMachine } from '../plant/plant-machine.ts';
import type { Instant } from './instants.ts';

export interface Message {
  topic: string;
  payload: string;
  /** How many readings it holds. */
  readings: number;
}

export type Values = Record<string, number | string>;

export function machineTopic(line: PlantLine, machine: PlantMachine): string {
  return `plants/${line.site}/${line.area}/${line.line}/${machine.machine}`;
}

/** What the machine says at that instant, by signal. An empty reason means that there is none. */
export function valuesAt(machine: PlantMachine, { atS, sensors, counts, state }: Instant): Values {
  const values: Values = {};
  if (state) {
    const segment = machine.segmentAt(atS);
    values[STATE_SIGNAL] = segment.state;
    values[REASON_SIGNAL] = segment.reason ?? '';
  }
  if (counts) Object.assign(values, machine.countsAt(atS));
  if (sensors) Object.assign(values, machine.sensorsAt(atS));
  return values;
}

/** `{"at", "values"}`, or an array of those when there are several instants. */
export function machineMessage(
  line: PlantLine,
  machine: PlantMachine,
  told: readonly { atS: number; values: Values }[],
): Message {
  const elements = told.map(({ atS, values }) => ({ at: atS * 1000, values }));
  return {
    topic: machineTopic(line, machine),
    payload: JSON.stringify(elements.length === 1 ? elements[0] : elements),
    readings: told.reduce((sum, { values }) => sum + Object.keys(values).length, 0),
  };
}

/** One signal on its own topic, with its unit: so a machine declares what it measures in. */
export function signalMessage(
  topic: string,
  signal: { signal: string; unit: string | null },
  atS: number,
  value: number | string,
): Message {
  const unit = signal.unit === null ? {} : { unit: signal.unit };
  return {
    topic: `${topic}/${signal.signal}`,
    payload: JSON.stringify({ value, at: atS * 1000, ...unit }),
    readings: 1,
  };
}

export function orderMessage(line: PlantLine, order: PlantOrder): Message {
  const message: OrderMessage = {
    order: order.order,
    product: order.product,
    quantity: order.quantity,
    plannedFrom: new Date(order.fromS * 1000).toISOString(),
    plannedTo: new Date(order.toS * 1000).toISOString(),
    idealCycleS: 3600 / order.piecesAnHour,
  };
  return {
    topic: `plants/${line.site}/${line.area}/${line.line}/${ORDER_TOPIC_LEVEL}`,
    payload: JSON.stringify(message),
    readings: 0,
  };
}
