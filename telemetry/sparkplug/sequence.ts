import { MAX_HELD, MAX_HELD_BYTES, type NodeMessage, type NodeRules, type Step } from './node-state.ts';

/**
 * Where a message stands: its turn, before it (something is missing), or after it (a repetition, or given up). Numbers run
 * from 0 to 255 and around; the nearer way counts. Without a number it is always a message's turn.
 */
export function distance(expected: number | null, seq: number | null): 'now' | 'early' | 'late' {
  if (expected === null || seq === null || seq > 255) return 'now';
  const ahead = (seq - expected) & 255;
  if (ahead === 0) return 'now';
  return ahead < 128 ? 'early' : 'late';
}

/** A message was read: the next number is the one after its own. */
export function follow<Token>(step: Step<Token>, seq: number | null): void {
  const { session } = step.state;
  if (session === null || seq === null || seq > 255) return;
  step.state = { ...step.state, session: { ...session, expected: (seq + 1) & 255 } };
}

/** Keeps a message until what is missing before it came. @returns false when there is no room. */
export function holdBack<Token>(
  step: Step<Token>,
  message: NodeMessage<Token>,
  nowMs: number,
  rules: NodeRules,
): boolean {
  const { held, heldUntilMs } = step.state;
  const bytes = held.reduce((sum, { size }) => sum + size, message.size);
  if (held.length > 0 && (held.length >= MAX_HELD || bytes > MAX_HELD_BYTES)) return false;
  step.state = {
    ...step.state,
    held: [...held, message],
    heldUntilMs: heldUntilMs ?? nowMs + rules.reorderTimeoutMs,
  };
  return true;
}

/** After the expected message was read: what follows it without a gap. The wait ends, or begins anew for the next gap. */
export function releaseInOrder<Token>(
  step: Step<Token>,
  nowMs: number,
  rules: NodeRules,
): NodeMessage<Token>[] {
  const { held, session } = step.state;
  if (held.length === 0 || session === null) return [];
  const released: NodeMessage<Token>[] = [];
  let rest = held;
  let { expected } = session;
  for (;;) {
    // The same message twice: both are given out, the second changes nothing.
    const now = rest.filter(({ payload }) => payload.seq === expected);
    if (now.length === 0 || expected === null) break;
    released.push(...now);
    rest = rest.filter((message) => !now.includes(message));
    expected = (expected + 1) & 255;
  }
  if (released.length === 0) return released;
  step.state = {
    ...step.state,
    held: rest,
    heldUntilMs: rest.length === 0 ? null : nowMs + rules.reorderTimeoutMs,
  };
  return released;
}

/** All that is held, in order of its sequence; nothing is held any more. */
export function flushHeld<Token>(step: Step<Token>): NodeMessage<Token>[] {
  const { held, session } = step.state;
  // The wait ends even where nothing is held any more: a birth may have taken it all.
  step.state = { ...step.state, held: [], heldUntilMs: null };
  const from = session?.expected ?? 0;
  return [...held].sort(
    (a, b) => (((a.payload.seq ?? 0) - from) & 255) - (((b.payload.seq ?? 0) - from) & 255),
  );
}

/** Takes out what was held but sent after a birth: it overtook the birth on its way, and belongs to the new session. */
export function takeHeld<Token>(step: Step<Token>, bornAtMs: number | null): NodeMessage<Token>[] {
  const { held } = step.state;
  if (bornAtMs === null || held.length === 0) return [];
  const isYounger = ({ payload }: NodeMessage<Token>) => (payload.timestampMs ?? 0) >= bornAtMs;
  const young = held.filter(isYounger);
  if (young.length > 0) step.state = { ...step.state, held: held.filter((message) => !isYounger(message)) };
  return young;
}
