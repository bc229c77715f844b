import { refusedWhole, readBdSeq, readBirth, readData } from './read-metrics.ts';
import {
  MAX_DEVICES,
  machineOf,
  type Effect,
  type NodeMessage,
  type NodeRules,
  type NodeState,
  type Session,
  type Step,
} from './node-state.ts';
import { NO_REBIRTH, owedAtMs, wantRebirth } from './rebirth.ts';
import { distance, flushHeld, follow, holdBack, releaseInOrder, takeHeld } from './sequence.ts';

// One edge node of Sparkplug B: what each message means by the births before it. It must never read data by another
// birth than the present one, and never end a message without telling what became of it.

export type NodeInput<Token> =
  | { kind: 'message'; message: NodeMessage<Token> }
  /** Time passed: something may be due. */
  | { kind: 'tick' }
  /** The connection began anew, so anything may have been missed: nothing is known until the next birth. */
  | { kind: 'lost' }
  /** Its births are wanted, for a reason that lies outside. */
  | { kind: 'wanted' };

export function createNode<Token>(place: { line: string; machine: string }): NodeState<Token> {
  return { ...place, session: null, held: [], heldUntilMs: null, rebirth: NO_REBIRTH };
}

/** @returns when a `tick` is due; null while nothing is waited for. */
export function dueAtMs<Token>(state: NodeState<Token>): number | null {
  const dues = [state.heldUntilMs, state.session?.awaitedUntilMs ?? null, owedAtMs(state.rebirth)];
  return dues.reduce<number | null>(
    (least, due) => (due !== null && (least === null || due < least) ? due : least),
    null,
  );
}

/** The whole machine: `(state, input, now) → (state, effects)`. */
export function stepNode<Token>(
  state: NodeState<Token>,
  input: NodeInput<Token>,
  nowMs: number,
  rules: NodeRules,
): { state: NodeState<Token>; effects: readonly Effect<Token>[] } {
  const step: Step<Token> = { state, effects: [] };
  switch (input.kind) {
    case 'message':
      take(step, input.message, nowMs, rules);
      break;
    case 'tick':
      tick(step, nowMs);
      break;
    case 'lost':
      flush(step, nowMs, 'quietly');
      step.state = { ...step.state, session: null, rebirth: NO_REBIRTH };
      break;
    case 'wanted':
      want(step, nowMs);
      break;
  }
  return step;
}

function take<Token>(step: Step<Token>, message: NodeMessage<Token>, nowMs: number, rules: NodeRules): void {
  if (message.type === 'NBIRTH') return nodeBirth(step, message, nowMs, rules);
  if (message.type === 'NDEATH') return nodeDeath(step, message, nowMs);
  const { session } = step.state;
  if (session === null) return withoutSession(step, message, nowMs);
  const turn = distance(session.expected, message.payload.seq);
  if (turn === 'now') {
    inTurn(step, message, nowMs);
    const released = releaseInOrder(step, nowMs, rules);
    for (const next of released) inTurn(step, next, nowMs);
  } else if (turn === 'early' && holdBack(step, message, nowMs, rules)) {
    return;
  } else if (turn === 'early') {
    missing(step, nowMs);
    take(step, message, nowMs, rules);
  } else outOfTurn(step, message);
}

/** A message whose turn it is. */
function inTurn<Token>(step: Step<Token>, message: NodeMessage<Token>, nowMs: number): void {
  follow(step, message.payload.seq);
  const { session } = step.state;
  if (session === null) return withoutSession(step, message, nowMs);
  if (message.type === 'DBIRTH') return deviceBirth(step, session, message);
  if (message.type === 'DDEATH') return deviceDeath(step, session, message);
  const announced = announcedOf(session, message.device);
  if (announced === null) return withoutSession(step, message, nowMs);
  const { decoded, unknown } = readData(message.payload, announced, message.receivedAtMs);
  step.effects.push({ kind: 'decoded', token: message.token, decoded });
  if (unknown) want(step, nowMs);
}

/**
 * A repetition, or one that comes after it was given up: its values are stored, where they are repeats they count as
 * such, but it is no news of who is there.
 */
function outOfTurn<Token>(step: Step<Token>, message: NodeMessage<Token>): void {
  const { session } = step.state;
  const { payload, receivedAtMs, token, device } = message;
  const announced = session === null ? null : announcedOf(session, device);
  const decoded =
    message.type === 'DBIRTH'
      ? readBirth(payload, machineOf(step.state, device), receivedAtMs).decoded
      : message.type === 'DDEATH'
        ? NOTHING
        : announced === null
          ? noSession(message)
          : readData(payload, announced, receivedAtMs).decoded;
  step.effects.push({ kind: 'decoded', token, decoded });
}

function withoutSession<Token>(step: Step<Token>, message: NodeMessage<Token>, nowMs: number): void {
  const isDeath = message.type === 'DDEATH';
  step.effects.push({
    kind: 'decoded',
    token: message.token,
    decoded: isDeath ? NOTHING : noSession(message),
  });
  if (isDeath) step.effects.push(gone(step.state, message.device, deathAt(message)));
  want(step, nowMs);
}

function nodeBirth<Token>(
  step: Step<Token>,
  message: NodeMessage<Token>,
  nowMs: number,
  rules: NodeRules,
): void {
  const { payload, token, receivedAtMs } = message;
  const before = step.state.session;
  const bdSeq = readBdSeq(payload);
  const isSame = before !== null && payload.timestampMs !== null && before.bornAtMs === payload.timestampMs;
  if (isSame && before.bdSeq === bdSeq && before.expected === nextOf(payload.seq)) {
    // The same birth again, and nothing after it was seen yet.
    const { decoded } = readBirth(payload, machineOf(step.state, null), receivedAtMs);
    step.effects.push({ kind: 'decoded', token, decoded });
    return;
  }
  const early = takeHeld(step, payload.timestampMs);
  flush(step, nowMs, 'quietly');
  const { announced, decoded } = readBirth(payload, machineOf(step.state, null), receivedAtMs);
  // Every device must be born again in the new session.
  const devices = new Map([...(step.state.session?.devices.keys() ?? [])].map((device) => [device, null]));
  const session: Session = {
    bdSeq,
    bornAtMs: payload.timestampMs,
    expected: nextOf(payload.seq),
    announced,
    devices,
    awaitedUntilMs: devices.size === 0 ? null : nowMs + rules.reorderTimeoutMs,
  };
  step.state = { ...step.state, session, rebirth: { ...step.state.rebirth, owed: false } };
  step.effects.push({ kind: 'decoded', token, decoded });
  step.effects.push({
    kind: 'born',
    machine: machineOf(step.state, null),
    signals: announced.signals,
    token,
  });
  for (const next of early) take(step, next, nowMs, rules);
}

/** A death of another session than the present one is old news: brokers deliver wills late. */
function nodeDeath<Token>(step: Step<Token>, message: NodeMessage<Token>, nowMs: number): void {
  const { session } = step.state;
  const bdSeq = readBdSeq(message.payload);
  const isOther = session !== null && bdSeq !== null && session.bdSeq !== null && bdSeq !== session.bdSeq;
  if (session !== null && !isOther) {
    flush(step, nowMs, 'quietly');
    // Devices born while the messages held were given out are among them.
    const devices = [...(step.state.session?.devices.keys() ?? [])];
    for (const device of [null, ...devices])
      step.effects.push(gone(step.state, device, message.receivedAtMs));
    step.state = { ...step.state, session: null, rebirth: { ...step.state.rebirth, owed: false } };
  }
  step.effects.push({ kind: 'decoded', token: message.token, decoded: NOTHING });
}

function deviceBirth<Token>(step: Step<Token>, session: Session, message: NodeMessage<Token>): void {
  const { payload, token, receivedAtMs, device } = message;
  const machine = machineOf(step.state, device);
  if (session.devices.size >= MAX_DEVICES && !session.devices.has(device ?? '')) {
    const detail = `the edge node has ${MAX_DEVICES} devices already, more are not kept.`;
    step.effects.push({ kind: 'decoded', token, decoded: refusedWhole('creation_limit', detail) });
    return;
  }
  const { announced, decoded } = readBirth(payload, machine, receivedAtMs);
  const devices = new Map(session.devices).set(device ?? '', announced);
  step.state = { ...step.state, session: { ...session, devices } };
  step.effects.push({ kind: 'decoded', token, decoded });
  step.effects.push({ kind: 'born', machine, signals: announced.signals, token });
}

function deviceDeath<Token>(step: Step<Token>, session: Session, message: NodeMessage<Token>): void {
  const devices = new Map(session.devices);
  devices.delete(message.device ?? '');
  step.state = { ...step.state, session: { ...session, devices } };
  step.effects.push({ kind: 'decoded', token: message.token, decoded: NOTHING });
  step.effects.push(gone(step.state, message.device, deathAt(message)));
}

function tick<Token>(step: Step<Token>, nowMs: number): void {
  const { heldUntilMs } = step.state;
  if (heldUntilMs !== null && nowMs >= heldUntilMs) missing(step, nowMs);
  const { session } = step.state;
  if (session !== null && session.awaitedUntilMs !== null && nowMs >= session.awaitedUntilMs) {
    const devices = new Map([...session.devices].filter(([, announced]) => announced !== null));
    for (const [device, announced] of session.devices)
      if (announced === null) step.effects.push(gone(step.state, device, nowMs));
    step.state = { ...step.state, session: { ...session, devices, awaitedUntilMs: null } };
  }
  const owed = owedAtMs(step.state.rebirth);
  if (owed !== null && nowMs >= owed) want(step, nowMs);
}

/** What is missing did not come in time: what was held is read all the same, and the births are asked for. */
function missing<Token>(step: Step<Token>, nowMs: number): void {
  flush(step, nowMs, 'aloud');
  want(step, nowMs);
}

/** Reads what is held by the present session, in order of its sequence; quietly where births are on their way anyhow. */
function flush<Token>(step: Step<Token>, nowMs: number, how: 'aloud' | 'quietly'): void {
  const { rebirth } = step.state;
  for (const message of flushHeld(step)) inTurn(step, message, nowMs);
  if (how === 'aloud') return;
  step.state = { ...step.state, rebirth };
  step.effects = step.effects.filter((effect) => effect.kind !== 'rebirth');
}

function want<Token>(step: Step<Token>, nowMs: number): void {
  const { rebirth, ask } = wantRebirth(step.state.rebirth, nowMs);
  step.state = { ...step.state, rebirth };
  if (ask) step.effects.push({ kind: 'rebirth' });
}

const NOTHING = { readings: [], orders: [], refusals: [] };

function noSession<Token>({ type, device }: NodeMessage<Token>) {
  const who = device === null ? 'edge node' : 'device';
  return refusedWhole(
    'no_session',
    `${type} came while the ${who} was not born: what it names is not known. A rebirth is asked for.`,
  );
}

function announcedOf(session: Session, device: string | null) {
  if (device === null) return session.announced;
  return session.devices.get(device) ?? null;
}

function gone<Token>(state: NodeState<Token>, device: string | null, sinceMs: number): Effect<Token> {
  return { kind: 'gone', machine: machineOf(state, device), sinceMs };
}

/** A device's death is told with its time; one ahead of ours counts from its arrival. */
function deathAt<Token>({ payload, receivedAtMs }: NodeMessage<Token>): number {
  return Math.min(payload.timestampMs ?? receivedAtMs, receivedAtMs);
}

function nextOf(seq: number | null): number | null {
  return seq === null ? null : (seq + 1) & 255;
}
