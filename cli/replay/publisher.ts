import type { Clock } from '../../contracts/clock.ts';
import type { PlannedMessage } from './plan-messages.ts';
import { ReplayRefusal } from './refusal.ts';

/** One connection to a broker; it does not reconnect by itself. */
export interface BrokerConnection {
  /** Resolves with the broker's PUBACK (QoS 1). */
  publish(topic: string, payload: string): Promise<void>;
  /** Called once when the connection is gone. */
  onClose(run: (why: string) => void): void;
  close(): Promise<void>;
}

export interface PublisherCounts {
  messages: number;
  readings: number;
  acknowledgedMessages: number;
  acknowledgedReadings: number;
  acknowledgedRows: number;
  /** Messages sent again because their PUBACK had not come when the connection went. */
  repeated: number;
  reconnects: number;
}

export interface Publisher {
  /** Resolves when the message is under way and there is room for another. @throws ReplayRefusal after giving up */
  publish(message: PlannedMessage): Promise<void>;
  /** Resolves when everything is acknowledged. @throws ReplayRefusal after giving up */
  drain(): Promise<void>;
  /** Takes no more messages: `publish` throws from now on, also where it waits. */
  interrupt(): void;
  close(): Promise<void>;
  readonly counts: Readonly<PublisherCounts>;
  /** Why nothing moves just now; null while connected. */
  trouble(): string | null;
}

export interface PublisherOptions {
  connect: () => Promise<BrokerConnection>;
  clock: Clock;
  /** Messages without PUBACK at one time. */
  windowMessages: number;
  giveUpAfterMs: number;
}

type Wait = 'room' | 'all';

const RECONNECT_AFTER_MS = 500;
/** A broker that takes the connection and cuts it at every publish does not want what we send. */
const MAX_CUTS_WITHOUT_ACK = 10;

/**
 * Publishes in order and forgets a message only at its PUBACK; after a lost connection it connects again and sends what
 * was not acknowledged, in the same order. It must never count a message as done before that.
 */
export async function openPublisher(options: PublisherOptions): Promise<Publisher> {
  const { clock } = options;
  const counts: PublisherCounts = {
    messages: 0,
    readings: 0,
    acknowledgedMessages: 0,
    acknowledgedReadings: 0,
    acknowledgedRows: 0,
    repeated: 0,
    reconnects: 0,
  };
  const pending = new Map<number, PlannedMessage>();
  let connection: BrokerConnection | null = null;
  let trouble: string | null = null;
  let failure: ReplayRefusal | null = null;
  let closing = false;
  let interrupted: ReplayRefusal | null = null;
  let cutsWithoutAck = 0;
  let cancelGiveUp: (() => void) | null = null;
  let waiting: { what: Wait; enough: () => boolean; resolve: () => void; reject: (error: Error) => void }[] =
    [];

  function wake() {
    const asleep = waiting;
    waiting = [];
    for (const waiter of asleep) {
      const ended = endOf(waiter.what);
      if (ended !== null) waiter.reject(ended);
      else if (waiter.enough()) waiter.resolve();
      else waiting.push(waiter);
    }
  }

  function endOf(what: Wait): ReplayRefusal | null {
    return failure ?? (what === 'room' ? interrupted : null);
  }

  function until(what: Wait, enough: () => boolean): Promise<void> {
    const ended = endOf(what);
    if (ended !== null) return Promise.reject(ended);
    if (enough()) return Promise.resolve();
    return new Promise((resolve, reject) => waiting.push({ what, enough, resolve, reject }));
  }

  const hasRoom = () => pending.size < options.windowMessages;

  function giveUp(reason: string) {
    failure ??= new ReplayRefusal(reason);
    wake();
  }

  function watch() {
    cancelGiveUp?.();
    cancelGiveUp = null;
    if (pending.size === 0) return;
    const minutes = Math.round(options.giveUpAfterMs / 60_000);
    cancelGiveUp = clock.after(options.giveUpAfterMs, () =>
      giveUp(
        `Gave up: the broker acknowledged nothing for ${minutes} minutes${trouble === null ? '' : ` (${trouble})`}.`,
      ),
    );
  }

  function acknowledge(id: number) {
    const message = pending.get(id);
    if (message === undefined) return;
    pending.delete(id);
    cutsWithoutAck = 0;
    counts.acknowledgedMessages += 1;
    counts.acknowledgedReadings += message.readings;
    counts.acknowledgedRows += message.rows;
    watch();
    wake();
  }

  function send(over: BrokerConnection, id: number, message: PlannedMessage) {
    over.publish(message.topic, message.payload).then(
      () => acknowledge(id),
      // The connection's close follows, and with it the repetition.
      (error: unknown) => {
        if (over === connection) trouble = error instanceof Error ? error.message : String(error);
      },
    );
  }

  function use(fresh: BrokerConnection) {
    connection = fresh;
    trouble = null;
    fresh.onClose((why) => {
      if (connection !== fresh) return;
      connection = null;
      if (closing) return;
      trouble = why;
      cutsWithoutAck += 1;
      if (cutsWithoutAck >= MAX_CUTS_WITHOUT_ACK) {
        giveUp(
          `Gave up: the broker closed the connection ${cutsWithoutAck} times without taking a message (${why}).`,
        );
        return;
      }
      clock.after(RECONNECT_AFTER_MS, reconnect);
    });
    for (const [id, message] of pending) send(fresh, id, message);
  }

  function reconnect() {
    if (closing || failure !== null) return;
    options.connect().then(
      (fresh) => {
        counts.reconnects += 1;
        counts.repeated += pending.size;
        use(fresh);
      },
      (error: unknown) => {
        trouble = error instanceof Error ? error.message : String(error);
        clock.after(RECONNECT_AFTER_MS, reconnect);
      },
    );
  }

  use(await options.connect());
  return {
    counts,
    trouble: () => (connection === null ? (trouble ?? 'not connected') : null),
    publish: async (message) => {
      await until('room', hasRoom);
      const id = counts.messages;
      counts.messages += 1;
      counts.readings += message.readings;
      pending.set(id, message);
      if (pending.size === 1) watch();
      if (connection !== null) send(connection, id, message);
      await until('room', hasRoom);
    },
    drain: () => until('all', () => pending.size === 0),
    interrupt: () => {
      interrupted = new ReplayRefusal('stopped');
      wake();
    },
    close: async () => {
      closing = true;
      cancelGiveUp?.();
      await connection?.close();
    },
  };
}
