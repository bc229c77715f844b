import type { FeedStatus } from '../../contracts/feed.ts';

/** A way in for telemetry, and the way out for the bell. */
export interface Feed {
  status(): FeedStatus;
  /** Publishes, at QoS 0 unless told otherwise; what cannot be sent now is let go. */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): void;
  /** Takes nothing new, waits until what was taken is acknowledged (5 s at most), then disconnects. */
  stop(): Promise<void>;
}

export interface PublishOptions {
  qos: 0 | 1;
  retain: boolean;
}
export const FLEETING: PublishOptions = { qos: 0, retain: false };

/** How long `stop` waits for the database; what is not acknowledged then is sent again after the next start. */
export const STOP_WAIT_MS = 5_000;
