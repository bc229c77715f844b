import mqtt from 'mqtt';

/** The control: subscribes with QoS 1 and only parses JSON. As Sentia's own feed it lets the broker send ahead. */
export interface SubscribeOrder {
  type: 'subscribe';
  port: number;
  filter: string;
  protocolVersion: 4 | 5;
}
export interface ExpectOrder {
  type: 'expect';
  messages: number;
}
export interface Subscribed {
  type: 'subscribed';
}
export interface Parsed {
  type: 'parsed';
  /** Epoch milliseconds of the last message. */
  lastAt: number;
  sum: number;
}

let received = 0;
let expected = Infinity;
let sum = 0;

function finish() {
  if (received < expected) return;
  process.send?.({
    type: 'parsed',
    lastAt: performance.timeOrigin + performance.now(),
    sum,
  } satisfies Parsed);
  received = 0;
  expected = Infinity;
  sum = 0;
}

process.on('message', (message: SubscribeOrder | ExpectOrder | { type: 'stop' }) => {
  if (message.type === 'stop') process.exit(0);
  if (message.type === 'expect') {
    expected = message.messages;
    finish();
    return;
  }
  const client = mqtt.connect(`mqtt://127.0.0.1:${message.port}`, {
    protocolVersion: message.protocolVersion,
    ...(message.protocolVersion === 5 ? { properties: { receiveMaximum: 65_535 } } : {}),
  });
  client.on('message', (_topic, payload) => {
    const { value } = JSON.parse(payload.toString()) as { value: number };
    sum += value;
    received += 1;
    finish();
  });
  client.on('connect', () => {
    client.subscribe(message.filter, { qos: 1 }, (error) => {
      if (error) throw error;
      process.send?.({ type: 'subscribed' } satisfies Subscribed);
    });
  });
});
