/** Words without a vowel are abbreviations: `cnc` → `CNC`. */
const ABBREVIATION = /\b[bcdfghjklmnpqrstvwxz]{2,4}\b/g;

/** @returns a slug as words for people: `main_drive-temperature` → `Main drive temperature`. Names with capitals stay as given. */
export function humanise(slug: string): string {
  const words = slug.replace(/[_-]+/g, ' ').trim();
  if (words === '') return slug;
  if (words !== words.toLowerCase()) return words;
  return capitalise(words.replace(ABBREVIATION, (word) => word.toUpperCase()));
}

export const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
