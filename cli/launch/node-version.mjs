/** The versions of package.json's "engines", spelled out so that no package is needed to check them. */
const LINES = [
  { major: 20, minor: 19 },
  { major: 22, minor: 12 },
];
const FROM_MAJOR = 24;

/**
 * @param {string} version e.g. "20.19.0"
 * @returns {string | null} one line that says what to install, or null when Sentia runs on it
 */
export function nodeVersionMistake(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major >= FROM_MAJOR || LINES.some((line) => major === line.major && minor >= line.minor)) return null;
  return `Sentia needs Node.js 20.19 or newer, 22.12 or newer, or 24 and newer; this is ${version}. Install one of these.`;
}
