/**
 * Whether a topic matches an MQTT filter (MQTT 3.1.1 §4.7); a leading wildcard does not match topics that begin with "$".
 * Of a shared subscription (`$share/group/…`) the filter inside counts.
 */
export function matchFilter(filter: string, topic: string): boolean {
  const inner = filter.replace(/^\$share\/[^/]*\//, '');
  if (topic.startsWith('$') && !inner.startsWith('$')) return false;
  const wanted = inner.split('/');
  const levels = topic.split('/');
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true;
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}
