import { orderMessageSchema } from '../../contracts/order.ts';
import { refuse, type DecodedOrder, type Read } from './decoded.ts';
import type { ParsedJson } from './parse-json.ts';
import { isObject, own } from './read-record.ts';
import { toMicros } from './read-time.ts';
import { show } from './show.ts';
import { isStorableText } from './storable-text.ts';

const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2200, 0, 1);
const SHAPE =
  'An order is {"order": "4711", "product": "…", "quantity": 500, "plannedFrom": "2026-11-20T06:00:00Z", "plannedTo": "2026-11-20T14:00:00Z", "idealCycleS": 12}';

/** Reads the payload of a line's `order` topic. Planned times may lie ahead, unlike a reading's. */
export function readOrder(
  json: ParsedJson,
  place: Pick<DecodedOrder, 'site' | 'area' | 'line'>,
): Read<DecodedOrder> {
  if (!isObject(json.root))
    return refuse('bad_order', `the payload is ${show(json.root)}, no order. ${SHAPE}.`);
  const parsed = orderMessageSchema.safeParse(json.root);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `"${issue.path.join('.')}" ${issue.message}`).join('; ');
    return refuse('bad_order', `the order is not complete: ${wrong}. ${SHAPE}.`);
  }
  const { order, product, quantity, idealCycleS } = parsed.data;
  if (!isStorableText(order) || !isStorableText(product)) {
    return refuse(
      'bad_order',
      '"order" or "product" holds a NUL or half of a surrogate pair, which cannot be stored. Remove it.',
    );
  }
  const plannedFromMs = readPlanned(json, 'plannedFrom');
  if (!plannedFromMs.ok) return plannedFromMs;
  const plannedToMs = readPlanned(json, 'plannedTo');
  if (!plannedToMs.ok) return plannedToMs;
  if (plannedToMs.value <= plannedFromMs.value) {
    return refuse('bad_order', '"plannedTo" is not after "plannedFrom". Send a range that has a length.');
  }
  return {
    ok: true,
    value: {
      ...place,
      order,
      product,
      quantity,
      idealCycleS,
      plannedFromMs: plannedFromMs.value,
      plannedToMs: plannedToMs.value,
    },
  };
}

function readPlanned(json: ParsedJson, key: 'plannedFrom' | 'plannedTo'): Read<number> {
  const raw = isObject(json.root) ? json.lift(own(json.root, key)) : undefined;
  const micros = toMicros(raw);
  const ms = micros === null ? null : Math.floor(micros / 1000);
  if (ms !== null && ms >= EARLIEST_MS && ms < LATEST_MS) return { ok: true, value: ms };
  return refuse(
    'bad_order',
    `"${key}" is ${show(raw)}, no time between 2000 and 2200. Send ISO 8601 with a zone, or epoch.`,
  );
}
