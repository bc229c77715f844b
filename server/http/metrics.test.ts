import { expect, test } from 'vitest';
import { writerStatus } from '../../tests/support/writer-status.ts';
import { createMetrics, type MetricFacts } from './metrics.ts';

const facts = (writers: string[]): MetricFacts => ({
  writers: writers.map((writer) => ({ status: writerStatus({ writer }), heardAtMs: 0 })),
  live: true,
  position: 17,
  clients: 3,
  frames: 40,
  resumed: 1,
  resynced: 0,
  cutClients: 2,
  malformedBells: 0,
});

function value(text: string, series: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
}

test('the accounts of a writer add up in what is scraped', async () => {
  const text = await createMetrics(() => facts(['a'])).text();
  const of = (account: string) => value(text, `sentia_readings{writer="a",account="${account}"}`);
  const parts = ['stored', 'duplicate', 'conflict', 'dead_lettered', 'shed', 'in_flight'].map(of);
  expect(of('received')).toBe(parts.reduce((sum, part) => sum + part, 0));
  expect(value(text, 'sentia_batches{writer="a",trigger="silence"}')).toBe(2);
  expect(value(text, 'sentia_feed_connected{writer="a",feed="embedded",kind="embedded"}')).toBe(1);
});

test('a writer that is forgotten leaves the metrics', async () => {
  let writers = ['a', 'b'];
  const metrics = createMetrics(() => facts(writers));
  expect(await metrics.text()).toContain('writer="b"');
  writers = ['a'];
  const text = await metrics.text();
  expect(text).toContain('writer="a"');
  expect(text).not.toContain('writer="b"');
});

test('the server tells of itself', async () => {
  const metrics = createMetrics(() => facts([]));
  metrics.observeRequest('GET', 200, 0.02);
  metrics.observeRequest('BREW', 405, 0.02);
  const text = await metrics.text();
  expect(value(text, 'sentia_ledger_position')).toBe(17);
  expect(value(text, 'sentia_live')).toBe(1);
  expect(value(text, 'sentia_live_clients_cut')).toBe(2);
  expect(value(text, 'sentia_http_requests_total{method="GET",status="200"}')).toBe(1);
  expect(value(text, 'sentia_http_requests_total{method="other",status="405"}')).toBe(1);
});
