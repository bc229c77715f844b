import type { Accounting } from '../contracts/accounting.ts';

/** What became of the readings of one transaction. */
export interface Outcome {
  stored: number;
  duplicate: number;
  conflict: number;
  deadLettered: number;
}

export interface Account {
  /** A message was taken in; its readings are in flight from now on. */
  taken(readings: number): void;
  /** What the spool held at the start is in flight again. */
  restored(spooled: { messages: number; readings: number }): void;
  /** A QoS 0 message was let go because the buffer was full. */
  shed(readings: number): void;
  /**
   * A transaction committed: its readings are in flight no more. `uncounted` are those that count only now: an order
   * counts as a reading when it is refused.
   */
  committed(outcome: Outcome, uncounted: number): void;
  readonly totals: Readonly<Accounting>;
}

/** Counts what this writer received since its start (guarantee 3). Each verb keeps the sum even, so it is even at every moment. */
export function createAccount(): Account {
  const totals: Accounting = {
    messages: 0,
    received: 0,
    stored: 0,
    duplicate: 0,
    conflict: 0,
    deadLettered: 0,
    shed: 0,
    inFlight: 0,
  };
  return {
    totals,
    taken: (readings) => {
      totals.messages++;
      totals.received += readings;
      totals.inFlight += readings;
    },
    restored: ({ messages, readings }) => {
      totals.messages += messages;
      totals.received += readings;
      totals.inFlight += readings;
    },
    shed: (readings) => {
      totals.messages++;
      totals.received += readings;
      totals.shed += readings;
    },
    committed: ({ stored, duplicate, conflict, deadLettered }, uncounted) => {
      totals.received += uncounted;
      totals.inFlight += uncounted - (stored + duplicate + conflict + deadLettered);
      totals.stored += stored;
      totals.duplicate += duplicate;
      totals.conflict += conflict;
      totals.deadLettered += deadLettered;
    },
  };
}
