import mqtt from 'mqtt';

export interface PacedPublishers {
  /** Values of the messages that were acknowledged. */
  readonly acknowledged: ReadonlySet<number>;
  /** Epoch milliseconds. */
  readonly lastAcknowledgedAt: number;
  /** Resolves when every message was acknowledged. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

const WINDOW = 100;
const TICK_MS = 20;

/**
 * Machines that publish at QoS 1, each at its own even pace, and send again what was not acknowledged when they had to
 * reconnect. Message `n` carries the value n at its own millisecond from `beginMs` on.
 */
export function startPublishers(options: {
  url: string;
  publishers: number;
  messages: number;
  /** Of all together. */
  messagesPerS: number;
  beginMs: number;
}): PacedPublishers {
  const { url, publishers, messages, messagesPerS, beginMs } = options;
  const acknowledged = new Set<number>();
  let lastAcknowledgedAt = Date.now();
  let resolveDone = () => {};
  const done = new Promise<void>((resolve) => {
    resolveDone = resolve;
  });

  const stops = Array.from({ length: publishers }, (_, publisher) => {
    const client = mqtt.connect(url, {
      reconnectPeriod: 100,
      clientId: `publisher-${publisher}`,
      clean: true,
    });
    client.on('error', () => undefined);
    const perTick = (messagesPerS / publishers / 1000) * TICK_MS;
    let due = 0;
    let next = publisher;
    let underWay = 0;
    const publish = (value: number) => {
      underWay++;
      const topic = `plants/ulm/hall/line/machine-${publisher}/signal-${value % 7}`;
      const payload = JSON.stringify({ value, at: beginMs + value });
      client.publish(topic, payload, { qos: 1 }, (error) => {
        if (error) return;
        underWay--;
        acknowledged.add(value);
        lastAcknowledgedAt = Date.now();
        if (acknowledged.size === messages) resolveDone();
      });
    };
    const timer = setInterval(() => {
      due = Math.min(due + perTick, WINDOW);
      for (; due >= 1 && next < messages && underWay < WINDOW; due--, next += publishers) publish(next);
    }, TICK_MS);
    return async () => {
      clearInterval(timer);
      await client.endAsync(true);
    };
  });

  return {
    acknowledged,
    get lastAcknowledgedAt() {
      return lastAcknowledgedAt;
    },
    done,
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
