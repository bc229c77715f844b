import { relative } from 'node:path';
import ts from 'typescript';

/** A `sql` template of the source, with `$n` for its parameters. */
export interface FoundQuery {
  /** file:line, for people. */
  place: string;
  text: string;
  /** What the code expects of a row: its type argument's properties; null when it names none. */
  row: ExpectedColumn[] | null;
}

export interface ExpectedColumn {
  name: string;
  /** What a value may be, without null; empty when anything may. */
  kinds: Kind[];
}
export type Kind = 'number' | 'string' | 'boolean' | 'Date' | 'Uint8Array' | 'array' | 'other';

/** @returns every template tagged `sql` in these files, found with the types of the whole program. */
export function findQueries(root: string, files: readonly string[]): FoundQuery[] {
  const config = ts.readConfigFile(`${root}/tsconfig.json`, (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(
    { ...config.config, include: [], files: [...files] },
    ts.sys,
    root,
  );
  const program = ts.createProgram([...files], options);
  const checker = program.getTypeChecker();
  const found: FoundQuery[] = [];
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`${file} is no source file`);
    const visit = (node: ts.Node): void => {
      if (ts.isTaggedTemplateExpression(node) && ts.isIdentifier(node.tag) && node.tag.text === 'sql') {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        found.push({
          place: `${relative(root, file)}:${line + 1}`,
          text: textOf(node.template),
          row: node.typeArguments?.[0] === undefined ? null : columnsOf(checker, node.typeArguments[0]),
        });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

/** @returns the source files of these folders that ask the database: no tests, no helpers of tests. */
export function sourceFiles(root: string, folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => filesBelow(`${root}/${folder}`))
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !file.includes('/testing/'))
    .sort();
}

function filesBelow(folder: string): string[] {
  return ts.sys.readDirectory(folder, ['.ts', '.tsx']);
}

function textOf(template: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return (
    template.head.text + template.templateSpans.map((span, i) => `$${i + 1}${span.literal.text}`).join('')
  );
}

function columnsOf(checker: ts.TypeChecker, node: ts.TypeNode): ExpectedColumn[] {
  let type = checker.getTypeFromTypeNode(node);
  // postgres.js names the type of all rows, our port that of one.
  const element = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  if (element !== undefined && (checker.isArrayType(type) || checker.isTupleType(type))) type = element;
  return checker.getPropertiesOfType(type).map((property) => ({
    name: property.name,
    kinds: kindsOf(checker, checker.getTypeOfSymbolAtLocation(property, node)),
  }));
}

function kindsOf(checker: ts.TypeChecker, type: ts.Type): Kind[] {
  const plain = checker.getNonNullableType(type);
  if (plain.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter)) return [];
  const members = plain.isUnion() ? plain.types : [plain];
  return [...new Set(members.map((member) => kindOf(checker, member)))];
}

function kindOf(checker: ts.TypeChecker, type: ts.Type): Kind {
  if (type.flags & ts.TypeFlags.NumberLike) return 'number';
  if (type.flags & ts.TypeFlags.StringLike) return 'string';
  if (type.flags & ts.TypeFlags.BooleanLike) return 'boolean';
  if (checker.isArrayType(type) || checker.isTupleType(type)) return 'array';
  const name = type.getSymbol()?.name;
  if (name === 'Date') return 'Date';
  if (name === 'Uint8Array' || name === 'Buffer') return 'Uint8Array';
  return 'other';
}
