import type { z } from 'zod';
import { answer, quote, refuseQuery, type Answer } from './answer.ts';

/**
 * Reads the query of a request strictly: a parameter that is not known, or given twice, is refused by name rather than
 * ignored, since an answer to another question would look like the answer.
 * @param originalUrl as it was received; nothing but what follows the first "?" matters.
 */
export function parseQuery<Schema extends z.ZodObject>(
  schema: Schema,
  originalUrl: string,
): Answer<z.output<Schema>> {
  const mark = originalUrl.indexOf('?');
  const given = new URLSearchParams(mark === -1 ? '' : originalUrl.slice(mark + 1));
  const known = Object.keys(schema.shape);
  const errors: { name: string; message: string }[] = [];
  for (const name of new Set(given.keys())) {
    const expected = known.length === 0 ? 'there are none' : `known are ${known.join(', ')}`;
    if (!known.includes(name))
      errors.push({ name: quote(name), message: `is no parameter here: ${expected}` });
    else if (given.getAll(name).length > 1) errors.push({ name, message: 'is given more than once' });
  }
  const values = new Map(given);
  const parsed = schema.safeParse(Object.fromEntries(values));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]);
      errors.push({ name, message: values.has(name) ? issue.message : 'is missing' });
    }
  }
  if (errors.length > 0 || !parsed.success) return refuseQuery(errors);
  return answer(parsed.data);
}
