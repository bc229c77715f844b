import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { WRITER_TOPIC } from '../../contracts/bell.ts';
import { writerStatus } from './writer-status.ts';

/** Forked by `bell-broker.ts`; ends with the process that forked it. */
const broker = await Aedes.createBroker();
const server = createServer(broker.handle);
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('listening'));
setInterval(() => {
  const payload = Buffer.from(JSON.stringify(writerStatus({ at: Date.now() })));
  broker.publish(
    { cmd: 'publish', topic: WRITER_TOPIC, payload, qos: 0, retain: false, dup: false },
    () => undefined,
  );
}, 1000);
process.on('disconnect', () => process.exit(0));
