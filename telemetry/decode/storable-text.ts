const UNSTORABLE = /\p{Cs}|\u0000/u;

/** Whether PostgreSQL can hold a text as it is: it takes neither NUL nor half of a surrogate pair. */
export function isStorableText(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/** The text with what cannot be stored replaced by U+FFFD, for what is kept to be read by people only. */
export function toStorableText(text: string): string {
  return isStorableText(text) ? text : text.replace(/\p{Cs}|\u0000/gu, '\ufffd');
}
