import { compileFilters } from '../feeds/compile-filters.ts';

const SHARED = /^\$share\/([^/]+)\//;

/**
 * What to subscribe to: the topics of the settings and those of the mapping, but for those that are covered already: a
 * broker may deliver twice where subscriptions overlap. Where the settings share a subscription, the mapping's are shared too.
 */
export function allTopics(topics: readonly string[], mapped: readonly string[]): string[] {
  const group = topics.map((topic) => SHARED.exec(topic)?.[1]).find((name) => name !== undefined);
  const isCovered = compileFilters(topics);
  // A "+" stands for any level: what covers an odd one covers all.
  const missing = mapped.filter((filter) => !isCovered(filter.replaceAll('+', '\ufffd')));
  return [
    ...topics,
    ...missing.map((filter) => (group === undefined ? filter : `$share/${group}/${filter}`)),
  ];
}
