import { STATE_SIGNAL } from '../../../contracts/machine-state.ts';
import type { Publisher } from '../broker/publisher.ts';
import { instantsOf } from '../messages/instants.ts';
import {
  machineMessage,
  machineTopic,
  orderMessage,
  signalMessage,
  valuesAt,
  type Message,
  type Values,
} from '../messages/machine-message.ts';
import type { Plant, PlantLine } from '../plant/plant.ts';
import type { PlantMachine } from '../plant/plant-machine.ts';
import type { Span } from '../plant/spans.ts';

export interface LiveFeed {
  /** Publishes what every machine says at that second. */
  tick(atS: number): void;
  /** Publishes at once what is held back as late. */
  flush(): void;
}

/** Orders are known that long before they begin. */
export const ORDERS_AHEAD_S = 24 * 3600;

/**
 * The plant as it speaks now: each machine once a second, late and repeated messages as its disturbances say. It must
 * never wait or keep a queue: a second that cannot be published is named to `onMissed` when the broker is back.
 */
export function createLiveFeed(options: {
  plant: Plant;
  publisher: Publisher;
  onMissed: (gap: Span) => void;
  onError: (error: unknown) => void;
}): LiveFeed {
  const { plant, publisher, onMissed, onError } = options;
  const machines = plant.lines.flatMap((line) =>
    line.machines.map((machine) => createSpeaker(line, machine)),
  );
  let missedFromS: number | null = null;
  let held: (Message & { releaseS: number })[] = [];
  const publish = (message: Message) => void publisher.publish(message).catch(onError);

  function publishSecond(atS: number): void {
    for (const { machine, speak } of machines) {
      const messages = speak(atS);
      const releaseS = machine.releaseOf(atS);
      for (const message of messages) {
        // Declarations are never held back: units should be known from the first second.
        if (releaseS !== null && messages.length === 1) {
          held.push({ ...message, releaseS });
          continue;
        }
        publish(message);
        if (messages.length === 1 && machine.repeatedAt(atS)) publish(message);
      }
    }
    for (const line of plant.lines) {
      const aheadS = atS + ORDERS_AHEAD_S;
      for (const order of line.ordersBeginning(aheadS, aheadS + 1)) publish(orderMessage(line, order));
    }
  }

  return {
    tick: (atS) => {
      if (!publisher.ready()) {
        missedFromS ??= atS;
        return;
      }
      if (missedFromS !== null) {
        onMissed({ fromS: missedFromS, toS: atS });
        missedFromS = null;
      }
      const due = held.filter(({ releaseS }) => releaseS <= atS);
      held = held.filter(({ releaseS }) => releaseS > atS);
      due.forEach(publish);
      publishSecond(atS);
    },
    flush: () => {
      if (publisher.ready()) held.forEach(publish);
      held = [];
    },
  };
}

/** A machine's voice: a signal's first word goes out on its own topic with its unit, everything after in one message. */
function createSpeaker(
  line: PlantLine,
  machine: PlantMachine,
): { machine: PlantMachine; speak: (atS: number) => Message[] } {
  const topic = machineTopic(line, machine);
  const undeclared = new Map(machine.signals.map((signal) => [signal.signal, signal]));
  return {
    machine,
    speak: (atS) => {
      const [instant] = instantsOf(machine, 'seconds', { fromS: atS, toS: atS + 1 });
      if (instant === undefined) return [];
      const values = valuesAt(machine, { ...instant, state: instant.state || undeclared.has(STATE_SIGNAL) });
      const messages: Message[] = [];
      const rest: Values = {};
      for (const [name, value] of Object.entries(values)) {
        const signal = undeclared.get(name);
        if (signal === undefined) rest[name] = value;
        else messages.push(signalMessage(topic, signal, atS, value));
        undeclared.delete(name);
      }
      if (Object.keys(rest).length > 0) messages.push(machineMessage(line, machine, [{ atS, values: rest }]));
      return messages;
    },
  };
}
