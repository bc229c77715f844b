import { z } from 'zod';

/** What a host application tells of itself on `spBv1.0/STATE/<host id>`: JSON, unlike all else in Sparkplug B. */
export interface HostState {
  online: boolean;
  /** Of the connection that it speaks of: the birth repeats the time of the will. */
  timestamp: number;
}

const schema = z.object({ online: z.boolean(), timestamp: z.number() });

export function encodeState({ online, timestamp }: HostState): string {
  return JSON.stringify({ online, timestamp });
}

/** @returns null for what is no such statement. */
export function decodeState(payload: Uint8Array): HostState | null {
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
