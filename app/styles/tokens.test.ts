import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const tokensOf = (selector: string) =>
  Object.fromEntries(
    [...(css.split(`${selector} {`)[1]?.split('}')[0] ?? '').matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(
      ([, name, colour]) => [name, colour],
    ),
  ) as Record<string, string>;

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ['dark', ':root'],
  ['light', "[data-theme='light']"],
])('in the %s theme', (_, selector) => {
  const tokens = tokensOf(selector);
  const texts = ['text', 'muted', 'normal', 'critical', 'high', 'medium', 'low', 'stale'];
  const grounds = ['bg', 'surface'];

  test.each(texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)))(
    '%s on %s can be read (4.5 to 1)',
    (text, ground) => {
      expect(contrast(tokens[text]!, tokens[ground]!)).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each(['text', 'muted'])('%s can be read on a raised ground', (text) => {
    expect(contrast(tokens[text]!, tokens['raised']!)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['trend', 'critical', 'stale'])('a mark in %s stands out from its ground (3 to 1)', (mark) => {
    expect(contrast(tokens[mark]!, tokens['surface']!)).toBeGreaterThanOrEqual(3);
  });
});
