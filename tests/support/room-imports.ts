import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** One relative import as the rooms see it. */
export interface RoomImport {
  /** Path from the project's root, with `/`. */
  file: string;
  line: number;
  /** A path from the project's root, or a package's name. */
  imported: string;
  isPackage: boolean;
  typeOnly: boolean;
}

/** @returns every import, re-export, dynamic import and type import that `text` holds */
export function importsOf(file: string, text: string): RoomImport[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: RoomImport[] = [];
  const add = (node: ts.Node, specifier: string, typeOnly: boolean) => {
    const isPackage = !specifier.startsWith('.');
    const imported = isPackage ? specifier : path.posix.join(path.posix.dirname(file), specifier);
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    found.push({ file, line, imported, isPackage, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      add(
        node,
        node.moduleSpecifier.text,
        node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword || namesTypesOnly(node),
      );
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      add(node, node.moduleSpecifier.text, node.isTypeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const argument = node.arguments[0];
      if (argument && ts.isStringLiteralLike(argument)) add(node, argument.text, false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      if (ts.isStringLiteral(node.argument.literal)) add(node, node.argument.literal.text, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `import { type A, type B } from …` brings in no value either. */
function namesTypesOnly(node: ts.ImportDeclaration): boolean {
  const bindings = node.importClause?.namedBindings;
  if (node.importClause?.name !== undefined || !bindings || !ts.isNamedImports(bindings)) return false;
  return bindings.elements.length > 0 && bindings.elements.every((element) => element.isTypeOnly);
}

const ROOMS = ['app', 'bench', 'cli', 'contracts', 'ml', 'prisma', 'server', 'telemetry', 'tests'] as const;
export type Room = (typeof ROOMS)[number] | 'telemetry/simulator' | 'root';

export function roomOf(file: string): Room {
  if (file.startsWith('telemetry/simulator/')) return 'telemetry/simulator';
  return ROOMS.find((room) => file.startsWith(`${room}/`)) ?? 'root';
}

/** DESIGN §1's table: the rooms each may import beside itself. */
const ALLOWED: Record<Room, readonly Room[]> = {
  contracts: [],
  prisma: ['contracts'],
  telemetry: ['contracts'],
  'telemetry/simulator': ['contracts'],
  ml: ['contracts'],
  server: ['contracts', 'ml'],
  app: ['contracts'],
  cli: ['app', 'contracts', 'ml', 'prisma', 'server', 'telemetry', 'telemetry/simulator', 'root'],
  tests: [
    'app',
    'cli',
    'contracts',
    'ml',
    'prisma',
    'server',
    'telemetry',
    'telemetry/simulator',
    'bench',
    'root',
  ],
  bench: [
    'app',
    'cli',
    'contracts',
    'ml',
    'prisma',
    'server',
    'telemetry',
    'telemetry/simulator',
    'tests',
    'root',
  ],
  root: ['root'],
};

/** Composition roots build things: they may open the database, and the simulator's and telemetry's live apart. */
const COMPOSITION_ROOTS: Record<string, readonly Room[]> = {
  'server/main.ts': ['prisma'],
  'server/context.ts': ['prisma'],
  'telemetry/main.ts': ['prisma'],
};

/** @returns one line when the arrow is not in DESIGN §1, else null */
export function refuseImport({ file, line, imported, isPackage, typeOnly }: RoomImport): string | null {
  const from = roomOf(file);
  const isTest = /\.test\.tsx?$/.test(file);
  if (isPackage) {
    const refused = from === 'contracts' && !isTest && imported !== 'zod';
    return refused ? `${file}:${line} imports ${imported}: contracts imports nothing but zod` : null;
  }
  const to = roomOf(imported);
  const allowed =
    to === from ||
    ALLOWED[from].includes(to) ||
    (COMPOSITION_ROOTS[file] ?? []).includes(to) ||
    (from === 'app' && to === 'server' && typeOnly) ||
    // A test may stand on the supports of tests and on a real database.
    (isTest && (to === 'tests' || to === 'prisma'));
  return allowed ? null : `${file}:${line} imports ${imported}: ${from} must not import ${to}`;
}

/** All source files of the rooms, as paths from the root with `/`. */
export function sourceFiles(root: string): string[] {
  return ROOMS.filter((room) => existsSync(path.join(root, room))).flatMap((room) =>
    readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && !name.includes('.generated.'))
      .map((name) => `${room}/${name.split(path.sep).join('/')}`),
  );
}
