import { isSparkplugTopic } from './read-sparkplug-topic.ts';

/** Of the configured filters, those that are Sparkplug's; a filter for everything asks for it too. */
export function sparkplugFilters(topics: readonly string[]): string[] {
  const filters = topics.flatMap((filter) => {
    const plain = filter.replace(/^\$share\/[^/]*\//, '');
    const [first] = plain.split('/');
    if (first === 'spBv1.0') return [plain];
    return first === '#' || first === '+' ? ['spBv1.0/#'] : [];
  });
  return [...new Set(filters)];
}

/** The configured filters without Sparkplug's own. */
export function plainFilters(topics: readonly string[]): string[] {
  return topics.filter((filter) => !isSparkplugTopic(`${filter.replace(/^\$share\/[^/]*\//, '')}/`));
}
