/** @returns a slug as words for people: `main_drive-temperature` → `Main drive temperature`. Names with capitals stay as given. */
export function humanise(slug: string): string {
  const words = slug.replace(/[_-]+/g, ' ').trim();
  if (words === '') return slug;
  return words === words.toLowerCase() ? capitalise(words) : words;
}

export const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
