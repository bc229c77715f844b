import type { FeedStatus } from '../../contracts/feed.ts';

/** A way in for telemetry, and the way out for the bell. */
export interface Feed {
  status(): FeedStatus;
  /** Publishes at QoS 0; what cannot be sent now is let go. */
  publish(topic: string, payload: string): void;
  /** Takes nothing new, waits until what was taken is acknowledged (5 s at most), then disconnects. */
  stop(): Promise<void>;
}

/** How long `stop` waits for the database; what is not acknowledged then is sent again after the next start. */
export const STOP_WAIT_MS = 5_000;
