import { connect, type Socket } from 'node:net';

/**
 * An MQTT 3.1.1 publisher as bare as can be, run in its own process: packets are put together by hand and many are
 * under way, so that it takes little of the two cores on which the benchmark runs. QoS 1.
 */
export interface PublishOrder {
  type: 'publish';
  port: number;
  topicPrefix: string;
  signals: number;
  messages: number;
  windowMessages: number;
  /** Messages a second; null as fast as acknowledged. */
  rate: number | null;
}

export interface Published {
  type: 'published';
  /** Epoch milliseconds with fraction. */
  startedAt: number;
  acknowledgedAt: number;
  messages: number;
}

const CONNECT_FLAGS_CLEAN = 0x02;
const PUBLISH_QOS_1 = 0x32;
const CHUNK_MESSAGES = 200;
const TICK_MS = 5;

const nowMs = () => performance.timeOrigin + performance.now();

function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  for (let left = length; ;) {
    const byte = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? byte | 0x80 : byte);
    if (left === 0) return bytes;
  }
}

function connectPacket(clientId: string): Buffer {
  const id = Buffer.from(clientId);
  const body = Buffer.concat([
    Buffer.from([0, 4]),
    Buffer.from('MQTT'),
    Buffer.from([4, CONNECT_FLAGS_CLEAN, 0, 60, id.length >> 8, id.length & 255]),
    id,
  ]);
  return Buffer.concat([Buffer.from([0x10, ...remainingLength(body.length)]), body]);
}

function publishPacket(topic: Buffer, packetId: number, payload: string): Buffer {
  const bytes = Buffer.from(payload, 'latin1');
  const length = 2 + topic.length + 2 + bytes.length;
  const head = Buffer.from([
    PUBLISH_QOS_1,
    ...remainingLength(length),
    topic.length >> 8,
    topic.length & 255,
  ]);
  return Buffer.concat([head, topic, Buffer.from([packetId >> 8, packetId & 255]), bytes]);
}

async function publish(order: PublishOrder): Promise<Published> {
  const topics = Array.from({ length: order.signals }, (_, i) =>
    Buffer.from(`${order.topicPrefix}/line-${i % 4}/machine-${i % 20}/signal-${i}`),
  );
  const socket: Socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true });
  socket.write(connectPacket(`bench-${process.pid}-${Date.now()}`));
  await new Promise((resolve, reject) => socket.once('data', resolve).once('error', reject));

  let sent = 0;
  let acknowledged = 0;
  let lastMicros = 0;
  const startedAt = nowMs();
  // Each message has its own microsecond, so that no two readings of a signal share a time.
  const payload = (i: number) => {
    const now = nowMs();
    lastMicros = Math.max(lastMicros + 1, Math.floor(now * 1000));
    return `{"value":${order.rate === null ? (i % 997) / 8 : now},"at":${lastMicros}}`;
  };
  const due = () =>
    order.rate === null
      ? order.messages
      : Math.min(order.messages, Math.floor(((nowMs() - startedAt) / 1000) * order.rate));
  const fill = () => {
    const until = Math.min(due(), acknowledged + order.windowMessages);
    while (sent < until && socket.writableLength < 1_000_000) {
      const packets: Buffer[] = [];
      for (let n = 0; n < CHUNK_MESSAGES && sent < until; n++, sent++) {
        packets.push(publishPacket(topics[sent % topics.length]!, (sent % 65_535) + 1, payload(sent)));
      }
      socket.write(Buffer.concat(packets));
    }
  };
  return new Promise((resolve, reject) => {
    const timer = order.rate === null ? null : setInterval(fill, TICK_MS);
    let bytes = 0;
    socket.on('data', (chunk) => {
      // A broker sends this client nothing but PUBACKs, four bytes each.
      bytes += chunk.length;
      acknowledged = Math.floor(bytes / 4);
      if (acknowledged < order.messages) return fill();
      if (timer !== null) clearInterval(timer);
      const acknowledgedAt = nowMs();
      socket.end(Buffer.from([0xe0, 0]));
      resolve({ type: 'published', startedAt, acknowledgedAt, messages: order.messages });
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the broker closed the connection')));
    fill();
  });
}

process.on('message', (message: PublishOrder | { type: 'stop' }) => {
  if (message.type === 'stop') process.exit(0);
  publish(message).then(
    (done) => process.send?.(done),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
