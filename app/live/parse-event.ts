import { LIVE_EVENTS, type LiveEvent, type LiveEventName } from '../../contracts/live.ts';

export const LIVE_EVENT_NAMES = [
  'snapshot',
  'readings',
  'machine',
  'beat',
  'resync',
] as const satisfies LiveEventName[];

/**
 * Parses one frame of the stream, once per browser.
 * @returns null when it does not follow the contract: the page then comes to be stale rather than wrong.
 */
export function parseEvent(name: LiveEventName, id: string, data: string): LiveEvent | null {
  const position = Number(id);
  const json = parseJson(data);
  if (id === '' || !Number.isSafeInteger(position) || json === undefined) return null;
  switch (name) {
    case 'snapshot':
      return withData(LIVE_EVENTS.snapshot.safeParse(json), (parsed) => ({ name, position, data: parsed }));
    case 'readings':
      return withData(LIVE_EVENTS.readings.safeParse(json), (parsed) => ({ name, position, data: parsed }));
    case 'machine':
      return withData(LIVE_EVENTS.machine.safeParse(json), (parsed) => ({ name, position, data: parsed }));
    case 'beat':
      return withData(LIVE_EVENTS.beat.safeParse(json), (parsed) => ({ name, position, data: parsed }));
    case 'resync':
      return withData(LIVE_EVENTS.resync.safeParse(json), (parsed) => ({ name, position, data: parsed }));
  }
}

function withData<Data>(
  parsed: { success: true; data: Data } | { success: false },
  make: (data: Data) => LiveEvent,
): LiveEvent | null {
  return parsed.success ? make(parsed.data) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
