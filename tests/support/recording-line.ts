import { connect, createServer, type Socket } from 'node:net';

export interface RecordingLine {
  url: string;
  /** Payloads that the client has acknowledged to the broker at QoS 1, as text. */
  readonly acknowledged: ReadonlySet<string>;
  stop(): Promise<void>;
}

const CONNECT = 1;
const PUBLISH = 3;
const PUBACK = 4;

/** A way to an MQTT broker that notes which messages its client acknowledges. */
export async function startRecordingLine(brokerPort: number): Promise<RecordingLine> {
  const acknowledged = new Set<string>();
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(brokerPort, '127.0.0.1');
    const handedOut = new Map<number, string>();
    let version = 5;
    const fromBroker = createPacketReader((packet) => {
      if (packet.type === PUBLISH && ((packet.flags >> 1) & 3) === 1) {
        const { packetId, payload } = readPublish(packet.body, version);
        handedOut.set(packetId, payload);
      }
    });
    const fromClient = createPacketReader(({ type, body }) => {
      if (type === CONNECT) version = body.readUInt8(6);
      const payload = type === PUBACK ? handedOut.get(body.readUInt16BE(0)) : undefined;
      if (payload !== undefined) acknowledged.add(payload);
    });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        sockets.delete(socket);
      });
    }
    far.on('data', (bytes) => {
      fromBroker(bytes);
      near.write(bytes);
    });
    // An acknowledgement counts once it has left for the broker, whether or not that still lives.
    near.on('data', (bytes) => {
      fromClient(bytes);
      far.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    acknowledged,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

interface Packet {
  type: number;
  flags: number;
  body: Buffer;
}

/** Cuts a stream into MQTT control packets. */
function createPacketReader(onPacket: (packet: Packet) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    for (;;) {
      const length = readVariable(rest, 1);
      if (length === null || rest.length < length.next + length.value) return;
      const end = length.next + length.value;
      const first = rest.readUInt8(0);
      onPacket({ type: first >> 4, flags: first & 15, body: rest.subarray(length.next, end) });
      rest = rest.subarray(end);
    }
  };
}

/** A variable byte integer (MQTT 5 §1.5.5); null when it is not all there yet. */
function readVariable(bytes: Buffer, from: number): { value: number; next: number } | null {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    if (from + i >= bytes.length) return null;
    const byte = bytes.readUInt8(from + i);
    value += (byte & 127) * 128 ** i;
    if (byte < 128) return { value, next: from + i + 1 };
  }
  throw new Error('a length of more than four bytes');
}

function readPublish(body: Buffer, version: number): { packetId: number; payload: string } {
  const topicEnd = 2 + body.readUInt16BE(0);
  const properties = version < 5 ? { value: 0, next: topicEnd + 2 } : readVariable(body, topicEnd + 2);
  if (properties === null) throw new Error('a PUBLISH without properties');
  const packetId = body.readUInt16BE(topicEnd);
  return { packetId, payload: body.toString('utf8', properties.next + properties.value) };
}
