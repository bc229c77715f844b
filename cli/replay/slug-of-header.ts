import { slugSchema } from '../../contracts/slug.ts';

/**
 * The signal's name for a column: the header trimmed, `/` as `.`, what MQTT keeps for itself (`+`, `#`) and control
 * characters as `_`. A column without a header is named after its number, counted from 1.
 */
export function slugOfHeader(
  header: string,
  columnNumber: number,
): { ok: true; slug: string } | { ok: false; reason: string } {
  const name = header
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/\//g, '.')
    .replace(/[+#\u0000-\u001f\u007f-\u009f]/g, '_');
  const slug = name === '' ? `column_${columnNumber}` : name;
  const checked = slugSchema.safeParse(slug);
  if (checked.success) return { ok: true, slug };
  const reason = slug.length > 100 ? `has ${slug.length} characters, 100 are allowed` : 'is no usable name';
  return { ok: false, reason };
}
