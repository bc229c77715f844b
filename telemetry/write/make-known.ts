import type { Part } from '../message.ts';
import type { Refusals, Registry, WantedSignal } from '../registry/registry.ts';
import type { Wanted } from '../registry/find-or-create.ts';

/** Makes every signal and line that a batch names known to the registry, and declares units heard for the first time. */
export async function makeKnown(parts: readonly Part[], registry: Registry): Promise<Refusals> {
  const signals = new Map<string, WantedSignal>();
  const lines = new Map<string, Wanted>();
  for (const { message, readings, orders } of parts) {
    const { organisation } = message;
    for (const { path, kind, unit } of readings) {
      // By publisher too: one may be foreign to the site and another not.
      const key = `${organisation ?? ''} ${path}`;
      if (registry.signal(path) === undefined && !signals.has(key)) {
        signals.set(key, { path, kind, unit, organisation });
      }
    }
    for (const order of orders) {
      const path = linePath(order);
      const key = `${organisation ?? ''} ${path}`;
      if (registry.line(path) === undefined) lines.set(key, { path, organisation });
    }
  }
  const refused = new Map<string, NonNullable<ReturnType<Refusals['get']>>>();
  if (signals.size > 0) {
    for (const [path, why] of await registry.ensureSignals([...signals.values()])) refused.set(path, why);
  }
  if (lines.size > 0) {
    for (const [path, why] of await registry.ensureLines([...lines.values()])) refused.set(path, why);
  }
  const units = new Map<string, string>();
  for (const { readings } of parts) {
    for (const { path, unit } of readings) {
      if (unit !== null && registry.signal(path)?.unit === null && !units.has(path)) units.set(path, unit);
    }
  }
  if (units.size > 0) await registry.declareUnits(units);
  return refused;
}

export function linePath(order: { site: string; area: string; line: string }): string {
  return `${order.site}/${order.area}/${order.line}`;
}
