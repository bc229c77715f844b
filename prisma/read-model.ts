import { getSchema, type AttributeArgument, type Field, type Model } from '@mrleebo/prisma-ast';

/** A table of schema public as `schema.prisma` tells it, in PostgreSQL's words. */
export interface Table {
  /** The model's name, like `ProductionOrder`. */
  model: string;
  name: string;
  comment: string | null;
  columns: Column[];
  primaryKey: string[];
  uniques: string[][];
  indexes: { name: string; columns: string[] }[];
  foreignKeys: ForeignKey[];
}

export interface Column {
  name: string;
  prismaType: string;
  type: string;
  nullable: boolean;
  hasDefault: boolean;
}

export interface ForeignKey {
  columns: string[];
  table: string;
  references: string[];
  onDelete: string;
  onUpdate: string;
}

const TYPES: Record<string, string> = {
  Int: 'integer',
  BigInt: 'bigint',
  String: 'text',
  Boolean: 'boolean',
  Float: 'double precision',
  Json: 'jsonb',
  Bytes: 'bytea',
  'DateTime @db.Timestamptz': 'timestamp with time zone',
};

/** What fields' and models' attributes have in common. */
interface Attribute {
  name: string;
  args?: AttributeArgument[] | undefined;
}

/** @returns the tables of a `schema.prisma`. @throws Error on what our models do not use. */
export function readModel(schema: string): Table[] {
  const blocks = getSchema(schema).list;
  const models = blocks.filter((block) => block.type === 'model');
  const tableNames = new Map(models.map((model) => [model.name, tableName(model)]));
  let comment: string | null = null;
  const tables: Table[] = [];
  for (const block of blocks) {
    if (block.type === 'comment') comment = block.text.replace(/^\/+\s*/, '');
    if (block.type === 'model') tables.push(readTable(block, comment, tableNames));
    if (block.type !== 'comment') comment = null;
  }
  return tables;
}

function readTable(model: Model, comment: string | null, tableNames: ReadonlyMap<string, string>): Table {
  const fields = model.properties.filter((property) => property.type === 'field');
  const attributes = model.properties.filter((property) => property.type === 'attribute');
  const scalars = fields.filter((field) => !tableNames.has(typeOf(field)));
  const named = (name: string) => attributes.filter((attribute) => attribute.name === name);
  return {
    model: model.name,
    name: tableName(model),
    comment,
    columns: scalars.map(readColumn),
    primaryKey: scalars.filter((field) => has(field, 'id')).map((field) => field.name),
    uniques: [
      ...scalars.filter((field) => has(field, 'unique')).map((field) => [field.name]),
      ...named('unique').map((attribute) => listArgument(attribute)),
    ],
    indexes: named('index').map((attribute) => ({
      name: unquote(keyed(attribute, 'map')),
      columns: listArgument(attribute),
    })),
    foreignKeys: fields.flatMap((field) => {
      const relation = field.attributes?.find((attribute) => attribute.name === 'relation');
      return relation === undefined ? [] : [readForeignKey(relation, field, tableNames)];
    }),
  };
}

function readColumn(field: Field): Column {
  const native = field.attributes?.find((attribute) => attribute.group === 'db');
  const prismaType = native === undefined ? typeOf(field) : `${typeOf(field)} @db.${native.name}`;
  const type = TYPES[prismaType];
  if (type === undefined || field.array === true)
    throw new Error(`column ${field.name} has a type that is not known here: ${prismaType}`);
  return {
    name: field.name,
    prismaType: typeOf(field),
    type,
    nullable: field.optional === true,
    hasDefault: has(field, 'default'),
  };
}

function readForeignKey(
  relation: Attribute,
  field: Field,
  tableNames: ReadonlyMap<string, string>,
): ForeignKey {
  return {
    columns: keyedList(relation, 'fields'),
    table: tableNames.get(typeOf(field)) ?? typeOf(field),
    references: keyedList(relation, 'references'),
    onDelete: String(keyed(relation, 'onDelete')),
    onUpdate: String(keyed(relation, 'onUpdate')),
  };
}

function typeOf(field: Field): string {
  if (typeof field.fieldType === 'string') return field.fieldType;
  throw new Error(`column ${field.name} has a type that is not known here`);
}

function tableName(model: Model): string {
  const map = model.properties.find((property) => property.type === 'attribute' && property.name === 'map');
  const value = map?.type === 'attribute' ? map.args?.[0]?.value : undefined;
  return value === undefined ? model.name : unquote(value);
}

function has(field: Field, attribute: string): boolean {
  return field.attributes?.some((each) => each.name === attribute) ?? false;
}

function listArgument(attribute: Attribute): string[] {
  return listOf(attribute.args?.[0]?.value);
}

function keyed(attribute: Attribute, key: string): unknown {
  for (const { value } of attribute.args ?? []) {
    if (isKeyValue(value) && value.key === key) return value.value;
  }
  throw new Error(`@${attribute.name} must say ${key}: here nothing is left to Prisma's defaults`);
}

function keyedList(attribute: Attribute, key: string): string[] {
  return listOf(keyed(attribute, key));
}

function isKeyValue(
  value: AttributeArgument['value'],
): value is { type: 'keyValue'; key: string; value: never } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.type === 'keyValue';
}

function listOf(value: unknown): string[] {
  if (typeof value === 'object' && value !== null && 'args' in value && Array.isArray(value.args)) {
    return value.args.map(String);
  }
  throw new Error(`a list of columns was expected, not ${JSON.stringify(value)}`);
}

function unquote(value: unknown): string {
  return String(value).replace(/^"|"$/g, '');
}
