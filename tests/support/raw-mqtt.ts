import { connect, type Socket } from 'node:net';

/** An MQTT 3.1.1 client that does what no library would: DUP at will, ids at will, silence. */
export interface RawMqtt {
  readonly socket: Socket;
  /** Whether the broker has ended the connection. */
  readonly closed: boolean;
  /** Ids of the PUBACKs that came. */
  readonly acknowledged: number[];
  publish(
    topic: string,
    payload: string,
    flags: { qos: 0 | 1; dup?: boolean; retain?: boolean; id?: number },
  ): void;
  destroy(): void;
}

const PUBACK = 0x40;

/** Resolves once the broker has taken the CONNECT. */
export async function connectRawMqtt(
  port: number,
  options: { clientId: string; keepaliveS?: number },
): Promise<RawMqtt> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const acknowledged: number[] = [];
  let closed = false;
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  const id = text(options.clientId);
  const keepaliveS = options.keepaliveS ?? 0;
  socket.write(packet(0x10, text('MQTT'), Buffer.from([4, 0x02, keepaliveS >> 8, keepaliveS & 255]), id));
  await new Promise((resolve, reject) => {
    socket.once('data', resolve);
    socket.once('close', () => reject(new Error('the broker refused the connection')));
  });
  // Nothing is subscribed, so all that comes are PUBACKs of four bytes, cut anywhere.
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    for (; rest.length >= 4; rest = rest.subarray(4))
      if (rest[0] === PUBACK) acknowledged.push(rest.readUInt16BE(2));
  });
  return {
    socket,
    get closed() {
      return closed;
    },
    acknowledged,
    publish: (topic, payload, { qos, dup = false, retain = false, id: messageId = 1 }) => {
      const head = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
      const identifier = Buffer.from(qos === 0 ? [] : [messageId >> 8, messageId & 255]);
      socket.write(packet(head, text(topic), identifier, Buffer.from(payload)));
    },
    destroy: () => socket.destroy(),
  };
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

function packet(head: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  for (let left = body.length; ; left = Math.floor(left / 128)) {
    length.push((left % 128) | (left >= 128 ? 0x80 : 0));
    if (left < 128) return Buffer.concat([Buffer.from([head, ...length]), body]);
  }
}
