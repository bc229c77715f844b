import type { Decoded } from '../decode/decoded.ts';
import type { SparkplugPayload } from './payload.ts';
import type { Announced } from './read-metrics.ts';
import type { Rebirth } from './rebirth.ts';

/** A message of an edge node. `token` is whatever the caller knows it by. */
export interface NodeMessage<Token> {
  type: 'NBIRTH' | 'NDEATH' | 'NDATA' | 'DBIRTH' | 'DDEATH' | 'DDATA';
  device: string | null;
  payload: SparkplugPayload;
  /** Bytes of the payload. */
  size: number;
  receivedAtMs: number;
  token: Token;
}

/** From an edge node's birth to its death. */
export interface Session {
  bdSeq: string | null;
  bornAtMs: number | null;
  /** The sequence number that comes next; null until one was sent. */
  expected: number | null;
  announced: Announced;
  /** null: born in the session before, and not yet in this one. */
  devices: ReadonlyMap<string, Announced | null>;
  /** Until then the devices of the session before may be born again; null when none is waited for. */
  awaitedUntilMs: number | null;
}

export interface NodeState<Token> {
  /** `site/area/line` of its machines, and the slug of its own. */
  line: string;
  machine: string;
  /** null: not born, or dead. */
  session: Session | null;
  /** What came before its turn, in order of arrival, and when waiting for the missing ends. */
  held: readonly NodeMessage<Token>[];
  heldUntilMs: number | null;
  rebirth: Rebirth;
}

export type Effect<Token> =
  /** The message is done with; this is what it says. */
  | { kind: 'decoded'; token: Token; decoded: Decoded }
  /** A machine speaks from now on, as soon as the message is stored; its signals are these. */
  | { kind: 'born'; machine: string; signals: readonly string[]; token: Token }
  /** A machine is known to be gone. */
  | { kind: 'gone'; machine: string; sinceMs: number }
  /** Ask the edge node for its births. */
  | { kind: 'rebirth' };

/** State and effects as they are being made by the verbs of one step. */
export interface Step<Token> {
  state: NodeState<Token>;
  effects: Effect<Token>[];
}

export interface NodeRules {
  /** How long a missing sequence number is waited for. */
  reorderTimeoutMs: number;
}

/** Devices of one edge node; more are refused. */
export const MAX_DEVICES = 5_000;
/** What is held for one edge node; more ends the wait at once. */
export const MAX_HELD = 1_000;
export const MAX_HELD_BYTES = 1024 * 1024;

/** `site/area/line/machine`. A device named like its edge node would share its machine: it is told apart. */
export function machineOf<Token>(state: NodeState<Token>, device: string | null): string {
  if (device === null) return `${state.line}/${state.machine}`;
  return `${state.line}/${device === state.machine ? `${device}.device` : device}`;
}
