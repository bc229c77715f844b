/** A production order as a line's tile shows it; times in epoch milliseconds. */
export interface Order {
  order: string;
  product: string;
  quantity: number;
  plannedFrom: number;
  plannedTo: number;
  idealCycleS: number;
}

/** The order planned for now (the later begun where plans overlap), else the latest begun, else none. */
export function chooseOrder(orders: readonly Order[], nowMs: number): Order | null {
  let chosen: Order | null = null;
  for (const order of orders) {
    if (order.plannedFrom > nowMs) continue;
    if (chosen === null || rank(order, nowMs) > rank(chosen, nowMs)) chosen = order;
  }
  return chosen;
}

/** Orders planned for now come before all that are over; within each, the later begun. */
function rank(order: Order, nowMs: number): number {
  return order.plannedFrom + (order.plannedTo > nowMs ? Number.MAX_SAFE_INTEGER / 2 : 0);
}
