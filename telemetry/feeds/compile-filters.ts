/**
 * Whether a topic matches one of MQTT filters (MQTT 3.1.1 §4.7); a leading wildcard does not match topics that begin with
 * "$". Of a shared subscription (`$share/group/…`) the filter inside counts.
 */
export function compileFilters(filters: readonly string[]): (topic: string) => boolean {
  const patterns = filters.map(
    (filter) => new RegExp(`^${patternOf(filter.replace(/^\$share\/[^/]*\//, ''))}$`, 's'),
  );
  return (topic) => patterns.some((pattern) => pattern.test(topic));
}

function patternOf(filter: string): string {
  const levels = filter.split('/');
  const pattern = levels.reduce((before, level, i) => {
    const slash = i === 0 ? '' : '/';
    if (level === '#') return i === 0 ? '.*' : `${before}(?:/.*)?`;
    return `${before}${slash}${level === '+' ? '[^/]*' : level.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`;
  }, '');
  return levels[0] === '#' || levels[0] === '+' ? `(?!\\$)${pattern}` : pattern;
}
