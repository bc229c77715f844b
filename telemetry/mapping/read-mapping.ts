import { readFile } from 'node:fs/promises';
import { compileMapping, type TopicMapping } from './compile-mapping.ts';

/** The file that SENTIA_MAPPING names cannot be used: `message` says why, one line a mistake. */
export class MappingProblem extends Error {
  override readonly name = 'MappingProblem';
}

/** @returns null when no file is named. @throws MappingProblem */
export async function readMapping(file: string | null): Promise<TopicMapping | null> {
  if (file === null) return null;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new MappingProblem(`SENTIA_MAPPING cannot be read: ${messageOf(error)}.`);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new MappingProblem(`SENTIA_MAPPING ${file} is not valid JSON: ${messageOf(error)}.`);
  }
  const compiled = compileMapping(json);
  if (compiled.ok) return compiled.mapping;
  throw new MappingProblem(compiled.lines.map((line) => `SENTIA_MAPPING ${file}: ${line}`).join('\n'));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
