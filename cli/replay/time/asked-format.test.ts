import { expect, test } from 'vitest';
import { askedFormat } from './asked-format.ts';

test.each([
  ['dd-MM-yyyy HH:mm', 'dd-MM-yyyy HH:mm'],
  ['iso', 'iso'],
  ['yyyy/MM/dd HH:mm:ss.SSS', 'yyyy/MM/dd HH:mm:ss'],
  ["yyyy-MM-dd'T'HH:mm:ss,SSSZZ", "yyyy-MM-dd'T'HH:mm:ss"],
  ['MM/dd/yyyy hh:mm:ss.u a', 'MM/dd/yyyy hh:mm:ss a'],
])('the format "%s" is read as "%s"', (asked, format) => {
  expect(askedFormat(asked)).toBe(format);
});

test.each(['HH:mm', 'dd-mm', 'X', 'yyyy-MM-dd z'])('the format "%s" is refused with an example', (asked) => {
  expect(() => askedFormat(asked)).toThrow(/e\.g\. "dd-MM-yyyy HH:mm"/);
});
