import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';

export interface UnparsedBound {
  watch(socket: Socket): void;
  /** A packet of this connection was read whole. */
  parsed(socket: Duplex): void;
}

/**
 * Ends a connection that has sent more than `maxBytes` without completing a packet: the broker's parser collects a
 * packet in memory whatever its announced size, up to 256 MB.
 */
export function boundUnparsed(maxBytes: number, onExceeded: (socket: Socket) => void): UnparsedBound {
  const parsedAt = new WeakMap<Duplex, number>();
  return {
    watch: (socket) => {
      socket.on('readable', () => {
        if (socket.bytesRead - (parsedAt.get(socket) ?? 0) <= maxBytes || socket.destroyed) return;
        onExceeded(socket);
        socket.destroy();
      });
    },
    parsed: (socket) => {
      if ('bytesRead' in socket && typeof socket.bytesRead === 'number')
        parsedAt.set(socket, socket.bytesRead);
    },
  };
}
