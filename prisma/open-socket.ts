import { connect, type Socket } from 'node:net';

/** Of postgres.js' parsed options what it takes to connect. */
interface Place {
  host: string[];
  port: number[];
  path: string | false | undefined;
  ssl: unknown;
}

/**
 * Sockets for postgres.js that send at once. Its own wait, as TCP does unless told otherwise, with the small packet that
 * ends a COPY until the server has acknowledged the rows, which it puts off: 40 ms a batch. Several hosts are tried in turn.
 */
export function createOpenSocket(): (place: Place) => Socket {
  let tries = 0;
  return ({ host, port, path, ssl }) => {
    if (typeof path === 'string') return connect(path);
    const index = tries++ % host.length;
    const place = { host: host[index] ?? 'localhost', port: port[index] ?? 5432 };
    // The server's name is checked against its certificate: postgres.js reads it from its socket.
    return Object.assign(connect({ ...place, noDelay: true }), place, { ssl });
  };
}
