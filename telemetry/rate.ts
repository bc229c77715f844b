/** The rate of a counter over the last `windowS` seconds; `tick` is called once a second with the counter. */
export function createRate(windowS: number): { tick(total: number): number } {
  const totals: number[] = [0];
  return {
    tick: (total) => {
      totals.push(total);
      if (totals.length > windowS + 1) totals.shift();
      return (total - (totals[0] ?? 0)) / (totals.length - 1);
    },
  };
}
