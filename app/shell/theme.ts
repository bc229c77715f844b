export type Theme = 'dark' | 'light';

const COOKIE = 'sentia-theme';
const YEAR_S = 31_536_000;

/** @returns the theme this visitor chose; boards are dark until someone says otherwise. */
export function themeOf(request: Request): Theme {
  const cookies = request.headers.get('Cookie') ?? '';
  return new RegExp(`(?:^|;\\s*)${COOKIE}=light(?:;|$)`).test(cookies) ? 'light' : 'dark';
}

/** Switches at once and remembers it for the next page; it works without a network, so it asks nobody. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  document.cookie = `${COOKIE}=${theme}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`;
}

export const chosenTheme = (): Theme =>
  document.documentElement.dataset.theme === 'light' ? 'light' : 'dark';
