import type { Command } from 'commander';

/** Every command's `--help` by its words ("" is the program), for `cli/launch/help.generated.json`. */
export function helpTexts(program: Command): Record<string, string> {
  const texts: Record<string, string> = {};
  const collect = (command: Command, words: readonly string[]) => {
    texts[words.join(' ')] = textOf(command);
    for (const inner of command.commands) collect(inner, [...words, inner.name()]);
  };
  collect(program, []);
  return texts;
}

/** As commander prints it: `helpInformation` alone leaves out what was added after it. */
function textOf(command: Command): string {
  let text = '';
  const output = { ...command.configureOutput(), writeOut: (part: string) => (text += part) };
  command.configureOutput(output);
  command.outputHelp();
  return text;
}
