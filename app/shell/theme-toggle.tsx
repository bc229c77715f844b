import { chooseTheme, chosenTheme } from './theme.ts';

/** Which of the two words shows is CSS's doing: the server need not know, and nothing flashes. */
export function ThemeToggle() {
  return (
    <button
      type="button"
      className="theme-toggle"
      onClick={() => chooseTheme(chosenTheme() === 'dark' ? 'light' : 'dark')}
    >
      <span className="when-dark">Light</span>
      <span className="when-light">Dark</span>
      <span className="sr-only"> theme</span>
    </button>
  );
}
