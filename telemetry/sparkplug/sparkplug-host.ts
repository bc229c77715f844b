import type { Logger } from 'pino';
import type { Clock } from '../../contracts/clock.ts';
import type { Decoded } from '../decode/decoded.ts';
import { readSignalName } from '../decode/read-topic.ts';
import type { Ingest } from '../ingest.ts';
import type { FeedMessage } from '../message.ts';
import { decodePayload } from './decode-payload.ts';
import { encodeRebirth } from './encode-rebirth.ts';
import { decodeState, type HostState } from './host-state.ts';
import type { Effect, NodeRules, NodeState } from './node-state.ts';
import type { PresenceKeeper } from './presence.ts';
import { commandTopic, readSparkplugTopic, type SparkplugTopic } from './read-sparkplug-topic.ts';
import { refusedWhole } from './read-metrics.ts';
import { createNode, dueAtMs, stepNode, type NodeInput } from './step-node.ts';
import type { KnownNode } from './store-presence.ts';

// The Sparkplug B host application: gives each message to the state of its edge node and does what that says. It must
// never acknowledge a message before what it says is durable, and never ask an edge node for anything but its births.

export interface SparkplugHost {
  /** Takes a message under spBv1.0/ in place of the ingest. */
  take: Ingest['take'];
  /** Anything may have been missed: every machine is gone until it is born again. Resolves once that is stored. */
  beginAnew(): Promise<void>;
  /** Asks those for their births who are known and have not been born since `beginAnew`. */
  askBirths(known: readonly KnownNode[]): void;
  /** Gives out what is held, and does nothing any more. */
  stop(): void;
}

/** The area of every site that Sparkplug's edge nodes are lines of. */
export const SPARKPLUG_AREA = 'sparkplug';
/** Edge nodes kept in memory; more are refused. */
const MAX_NODES = 5_000;
/** Edge nodes asked at once after a start, and the pause before the next: they all answer with long births. */
const ASKED_AT_ONCE = 20;
const ASK_PAUSE_MS = 100;

interface Token {
  message: FeedMessage;
  onDurable: () => void;
  /** Told once the message is stored. */
  stored: (() => void)[];
}

interface Node {
  group: string;
  node: string;
  organisation: string | null;
  state: NodeState<Token>;
  dueAtMs: number | null;
  cancel: () => void;
}

type NodeTopic = Extract<SparkplugTopic, { kind: 'node' }>;

export function createSparkplugHost(deps: {
  hostId: string;
  rules: NodeRules;
  /** Whether messages come with their publisher's organisation. */
  credentials: boolean;
  takeDecoded: Ingest['takeDecoded'];
  presence: Pick<PresenceKeeper, 'born' | 'gone' | 'allGone'>;
  publish: (topic: string, payload: Uint8Array) => void;
  /** Somebody, most often the broker with an old will, spoke on our own STATE topic. */
  onOwnState: (state: HostState) => void;
  clock: Clock;
  log: Logger;
}): SparkplugHost {
  const { hostId, rules, takeDecoded, presence, publish, clock, log } = deps;
  const nodes = new Map<string, Node>();
  let cancelAsking = () => {};
  let stopped = false;

  function take(message: FeedMessage, onDurable: () => void): void {
    const topic = readSparkplugTopic(message.topic);
    if (!topic.ok) return refuse(message, refusedWhole(topic.reason, topic.detail), onDurable);
    if (topic.value.kind !== 'node') {
      // Commands to edge nodes and what hosts say of themselves are no telemetry, and are not counted as such.
      if (topic.value.kind === 'state' && topic.value.host === hostId) hearOwnState(message);
      onDurable();
      return;
    }
    takeOfNode(topic.value, message, onDurable);
  }

  function takeOfNode(topic: NodeTopic, message: FeedMessage, onDurable: () => void): void {
    const refusal = refusalOf(topic, message);
    if (refusal !== null) return refuse(message, refusal, onDurable);
    const node = findNode(topic.group, topic.node, message.organisation);
    if (node === null) {
      const detail = `${MAX_NODES} edge nodes are known already, more are not kept. Check what publishes under ever new names.`;
      return refuse(message, refusedWhole('creation_limit', detail), onDurable);
    }
    const payload = decodePayload(message.payload);
    if (!payload.ok) return refuse(message, refusedWhole(payload.reason, payload.detail), onDurable);
    const { type, device } = topic;
    const { receivedAtMs } = message;
    const token: Token = { message, onDurable, stored: [] };
    const size = message.payload.byteLength;
    step(node, {
      kind: 'message',
      message: { type, device, payload: payload.value, size, receivedAtMs, token },
    });
  }

  function refuse(message: FeedMessage, decoded: Decoded, onDurable: () => void): void {
    takeDecoded(message, decoded, onDurable);
  }

  function hearOwnState({ payload }: FeedMessage): void {
    const state = decodeState(payload);
    if (state !== null) deps.onOwnState(state);
  }

  function findNode(group: string, name: string, organisation: string | null): Node | null {
    const key = `${organisation ?? ''} ${group}/${name}`;
    const known = nodes.get(key);
    if (known !== undefined) return known;
    if (nodes.size >= MAX_NODES && !forgetOne()) return null;
    const state = createNode<Token>({ line: `${group}/${SPARKPLUG_AREA}/${name}`, machine: name });
    const node: Node = { group, node: name, organisation, state, dueAtMs: null, cancel: () => {} };
    nodes.set(key, node);
    return node;
  }

  /** Makes room: a node without a session holds nothing but its name. */
  function forgetOne(): boolean {
    for (const [key, node] of nodes) {
      if (node.state.session !== null) continue;
      node.cancel();
      nodes.delete(key);
      return true;
    }
    return false;
  }

  function step(node: Node, input: NodeInput<Token>): void {
    const { state, effects } = stepNode(node.state, input, clock.now(), rules);
    node.state = state;
    for (const effect of effects) doAround(node, effect);
    for (const effect of effects) if (effect.kind === 'decoded') handOn(effect.token, effect.decoded);
    arm(node);
  }

  function doAround(node: Node, effect: Effect<Token>): void {
    const { organisation } = node;
    if (effect.kind === 'born') {
      effect.token.stored.push(presence.born({ organisation, machine: effect.machine }, effect.signals));
    } else if (effect.kind === 'gone') {
      presence.gone({ organisation, machine: effect.machine }, effect.sinceMs);
      log.info({ machine: effect.machine, since: effect.sinceMs }, 'a machine is known to be gone');
    } else if (effect.kind === 'rebirth') {
      log.info({ group: node.group, node: node.node }, 'an edge node is asked for its births');
      publish(commandTopic(node.group, node.node), encodeRebirth(clock.now()));
    }
  }

  function handOn({ message, onDurable, stored }: Token, decoded: Decoded): void {
    const done = () => {
      onDurable();
      for (const tell of stored) tell();
    };
    // A death alone needs no row: after a crash everybody counts as gone anyhow.
    if (decoded.readings.length + decoded.refusals.length === 0) done();
    else takeDecoded(message, decoded, done);
  }

  function arm(node: Node): void {
    const due = stopped ? null : dueAtMs(node.state);
    if (due === node.dueAtMs) return;
    node.cancel();
    node.dueAtMs = due;
    node.cancel = () => {};
    if (due === null) return;
    node.cancel = clock.after(Math.max(0, due - clock.now()), () => {
      node.dueAtMs = null;
      step(node, { kind: 'tick' });
    });
  }

  function ask(left: readonly KnownNode[]): void {
    for (const known of left.slice(0, ASKED_AT_ONCE)) {
      const node = findNode(known.group, known.node, deps.credentials ? known.organisation : null);
      if (node !== null && node.state.session === null) step(node, { kind: 'wanted' });
    }
    const rest = left.slice(ASKED_AT_ONCE);
    if (rest.length > 0) cancelAsking = clock.after(ASK_PAUSE_MS, () => ask(rest));
  }

  function forgetAll(): void {
    cancelAsking();
    for (const node of nodes.values()) step(node, { kind: 'lost' });
  }

  return {
    take,
    beginAnew: () => {
      forgetAll();
      return presence.allGone(clock.now());
    },
    askBirths: (known) => {
      cancelAsking();
      ask(known);
    },
    stop: () => {
      stopped = true;
      forgetAll();
    },
  };
}

/** Why a message of an edge node cannot even be looked at; null when it can. */
function refusalOf({ group, node, device }: NodeTopic, message: FeedMessage): Decoded | null {
  for (const id of [group, node, ...(device === null ? [] : [device])]) {
    const name = readSignalName(id);
    if (!name.ok) return refusedWhole('bad_name', name.detail);
  }
  if (!message.retained) return null;
  const detail =
    'the broker handed it out of its memory, so nobody knows whether its sender lives. Sparkplug messages are not retained.';
  return refusedWhole('no_session', detail);
}
