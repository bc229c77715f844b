import { expect, test } from 'vitest';
import { themeOf } from './theme.ts';

const asking = (cookie: string) => themeOf(new Request('http://localhost/', { headers: { Cookie: cookie } }));

test('a visitor who chose nothing sees the dark theme', () => {
  expect(themeOf(new Request('http://localhost/'))).toBe('dark');
});

test.each([
  ['sentia-theme=light', 'light'],
  ['a=b; sentia-theme=light; c=d', 'light'],
  ['sentia-theme=dark', 'dark'],
  ['not-sentia-theme=light', 'dark'],
  ['sentia-theme=lighter', 'dark'],
])('the cookie "%s" asks for %s', (cookie, theme) => {
  expect(asking(cookie)).toBe(theme);
});
