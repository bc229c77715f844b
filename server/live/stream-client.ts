import type { ServerResponse } from 'node:http';

/** One browser that watches a site. */
export interface StreamClient {
  /** A frame, or the snapshot that the bound is counted beyond. */
  send(bytes: Buffer, kind: 'frame' | 'snapshot'): void;
  end(): void;
}

/** A client is cut when more than this waits for it beyond its snapshot (DESIGN §5). */
export const MOST_WAITING_BYTES = 256 * 1024;

/**
 * Writes to a client and watches what waits for it: a browser that stops reading must cost a bounded amount of memory
 * (TRAPS T16). It must never wait for the client: what it misses it gets when it comes back.
 */
export function createStreamClient(
  response: ServerResponse,
  onCut: (waitingBytes: number) => void,
): StreamClient {
  /** Bytes of the last snapshot, as long as part of them may wait. */
  let allowance = 0;
  response.on('drain', () => {
    allowance = 0;
  });
  return {
    send(bytes, kind) {
      if (response.destroyed || response.writableEnded) return;
      if (kind === 'snapshot') allowance = bytes.length;
      const flushed = response.write(bytes);
      if (flushed) {
        allowance = 0;
        return;
      }
      const waiting = response.writableLength;
      if (waiting <= MOST_WAITING_BYTES + allowance) return;
      onCut(waiting);
      response.destroy();
    },
    end() {
      if (!response.destroyed && !response.writableEnded) response.end();
    },
  };
}
