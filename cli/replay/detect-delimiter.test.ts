import { expect, test } from 'vitest';
import { detectDelimiter } from './detect-delimiter.ts';

test.each([
  { name: 'commas', sample: 'date,a,b\n1,2,3\n', delimiter: ',' },
  {
    name: 'semicolons with decimal commas',
    sample: 'date;a;b\r\n1;2,5;3,5\r\n2;2,6;3,6\r\n',
    delimiter: ';',
  },
  { name: 'tabs', sample: 'date\ta\n1\t2\n', delimiter: '\t' },
  {
    name: 'commas with a semicolon in a quoted header',
    sample: '"date; local",a\n"1; 2",3\n',
    delimiter: ',',
  },
  { name: 'one column', sample: 'value\n1\n2\n', delimiter: null },
  { name: 'an empty file', sample: '', delimiter: null },
])('a table separated by $name is recognised', ({ sample, delimiter }) => {
  expect(detectDelimiter(sample)).toEqual({ delimiter, skipLines: 0 });
});

test('the first line sep=; of a spreadsheet decides and is skipped', () => {
  expect(detectDelimiter('sep=;\r\na,b;c\r\n')).toEqual({ delimiter: ';', skipLines: 1 });
});
