import { readFileSync } from 'node:fs';

const HELP_FILE = new URL('./help.generated.json', import.meta.url);

/**
 * The help texts are made from the commands themselves (`npm run generate`; a test holds them against those), so that
 * `sentia --help` needs nothing installed or built.
 * @param {readonly string[]} argv
 * @returns {string | null} the text to print, or null when help is not what was asked for, or not ours to tell
 */
export function helpFor(argv) {
  const words = argv.filter((argument) => !argument.startsWith('-'));
  const end = argv.indexOf('--');
  const options = (end === -1 ? argv : argv.slice(0, end)).filter((argument) => argument.startsWith('-'));
  const asked =
    argv.length === 0 ||
    words[0] === 'help' ||
    options.some((option) => option === '--help' || option === '-h');
  if (!asked) return null;
  /** @type {Record<string, string>} */
  const texts = JSON.parse(readFileSync(HELP_FILE, 'utf8'));
  const path = words[0] === 'help' ? words.slice(1) : words;
  for (let length = path.length; length >= 0; length--) {
    const text = texts[path.slice(0, length).join(' ')];
    if (text !== undefined) return text;
  }
  return null;
}
