// Which element of its message a reading or refusal is, as one number: so that a dead letter can be replayed by itself,
// without its neighbours that were stored. It depends on the payload alone, not on what became of other elements.

/** More keys than a payload of 1 MB can hold. */
const KEYS_A_RECORD = 2 ** 20;

/**
 * @param record place in the message's array, 0 where it is none.
 * @param key place of the key among a record's values, null for the record as a whole.
 */
export function elementOf(record: number, key: number | null): number {
  return record * KEYS_A_RECORD + (key === null ? 0 : key + 1);
}

/** @returns whether an address is among those given, or is the record of one of them, or stands in a record among them. */
export function matchElements(elements: readonly number[]): (element: number) => boolean {
  const exact = new Set(elements);
  const records = new Set(elements.map(recordOf));
  return (element) =>
    exact.has(element) ||
    exact.has(recordOf(element)) ||
    (recordOf(element) === element && records.has(element));
}

function recordOf(element: number): number {
  return element - (element % KEYS_A_RECORD);
}
