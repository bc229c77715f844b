/** What the doctor found out about one part. */
export interface Finding {
  part: string;
  /** `idle`: not running now, and that is all right. */
  status: 'ok' | 'idle' | 'warning' | 'broken';
  detail: string;
  /** What to do; null when nothing is to be done. */
  advice: string | null;
}

export const ok = (part: string, detail: string): Finding => ({ part, status: 'ok', detail, advice: null });
export const idle = (part: string, detail: string): Finding => ({
  part,
  status: 'idle',
  detail,
  advice: null,
});
export const warning = (part: string, detail: string, advice: string): Finding => ({
  part,
  status: 'warning',
  detail,
  advice,
});
export const broken = (part: string, detail: string, advice: string): Finding => ({
  part,
  status: 'broken',
  detail,
  advice,
});
