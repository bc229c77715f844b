import { z } from 'zod';

/**
 * One level of the equipment hierarchy as it stands in a topic: any printable text of 1 to 100 characters without
 * the MQTT separators and wildcards. It is kept exactly as published (case included), so the path is the topic.
 */
export const slugSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(
    /^[^/+#\u0000-\u001f\u007f-\u009f\ufffd]+$/u,
    'a name may not hold "/", "+", "#" or control characters',
  );

/** The five slugs that name a signal, after ISA-95: site, area, line (work centre), machine (work unit), signal. */
export interface SignalPath {
  site: string;
  area: string;
  line: string;
  machine: string;
  signal: string;
}

/** `site/area/line/machine/signal`. */
export function joinPath(path: SignalPath): string {
  return `${path.site}/${path.area}/${path.line}/${path.machine}/${path.signal}`;
}
