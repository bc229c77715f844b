import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const SKIPPED = /(^|\/)(node_modules|build|\.cache)(\/|$)|\.test\.tsx?$|\.md$/;

/**
 * One hash over the names and contents of files, for "is what was made from these still up to date?". Tests and prose
 * do not count.
 * @param {string} root
 * @param {readonly string[]} parts files or folders below root; one that does not exist counts as such
 * @returns {string}
 */
export function hashFiles(root, parts) {
  const hash = createHash('sha256');
  for (const part of parts) {
    for (const file of filesBelow(root, part))
      hash.update(`${file}\0`).update(readFileSync(path.join(root, file)));
    hash.update(`\0${part}\0`);
  }
  return hash.digest('hex');
}

/** @param {string} root @param {string} part @returns {string[]} */
function filesBelow(root, part) {
  if (SKIPPED.test(part)) return [];
  const found = statSync(path.join(root, part), { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isFile()) return [part];
  const names = readdirSync(path.join(root, part)).sort();
  return names.flatMap((name) => filesBelow(root, `${part}/${name}`));
}
