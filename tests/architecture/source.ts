/** What the rules ask of one source file, from its syntax tree. */
import { parseAst } from 'vitest/node';

export interface Import {
  /** As written. */
  readonly from: string;
  /** Nothing of it is left when types are erased. */
  readonly typeOnly: boolean;
  /** Names taken from the other module; `*` for all. */
  readonly names: readonly string[];
}

export interface SourceFacts {
  readonly imports: readonly Import[];
  /** Names that are used and are no property, key or declaration's type. */
  readonly names: ReadonlySet<string>;
  /** `object.property` where both are plain names. */
  readonly members: ReadonlySet<string>;
  readonly strings: ReadonlySet<string>;
  /** Variables that the module declares at its top with `let` or `var`. */
  readonly mutableState: readonly string[];
}

type TreeNode = Readonly<Record<string, unknown>> & { readonly type: string };

/** Parses TypeScript text. Throws on a syntax error. */
export function readSource(text: string): SourceFacts {
  const program: unknown = parseAst(text, { lang: 'ts' });
  const imports: Import[] = [];
  const names = new Set<string>();
  const members = new Set<string>();
  const strings = new Set<string>();
  const visit = (node: TreeNode): void => {
    const imported = importOf(node);
    if (imported !== undefined) imports.push(imported);
    if (node.type === 'Identifier') names.add(String(node.name));
    if (node.type === 'Literal' && typeof node.value === 'string') strings.add(node.value);
    if (node.type === 'MemberExpression' && node.computed !== true) {
      members.add(`${nameOf(node.object)}.${nameOf(node.property)}`);
    }
    for (const [key, value] of Object.entries(node)) {
      if (!isOnlyAName(node, key)) for (const child of childrenOf(value)) visit(child);
    }
  };
  for (const root of childrenOf(program)) visit(root);
  return { imports, names, members, strings, mutableState: mutableState(program) };
}

/** A property's name, an object key, an imported name: no use of what may be around under that name. */
function isOnlyAName(node: TreeNode, key: string): boolean {
  if (node.type === 'MemberExpression') return key === 'property' && node.computed !== true;
  if (
    /^(Property|PropertyDefinition|MethodDefinition|TSPropertySignature|TSMethodSignature)$/.test(node.type)
  ) {
    return key === 'key' && node.computed !== true;
  }
  return /^(ImportSpecifier|ExportSpecifier)$/.test(node.type);
}

function importOf(node: TreeNode): Import | undefined {
  switch (node.type) {
    case 'ImportDeclaration': {
      const specifiers = childrenOf(node.specifiers);
      const typeOnly =
        node.importKind === 'type' ||
        (specifiers.length > 0 && specifiers.every((specifier) => specifier.importKind === 'type'));
      const names = specifiers.map((s) => (s.type === 'ImportSpecifier' ? nameOf(s.imported) : '*'));
      return { from: textOf(node.source), typeOnly, names };
    }
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      if (!isNode(node.source)) return undefined;
      return { from: textOf(node.source), typeOnly: node.exportKind === 'type', names: ['*'] };
    case 'ImportExpression':
      return { from: textOf(node.source), typeOnly: false, names: ['*'] };
    case 'TSImportType':
      return { from: textOf(node.source ?? node.argument), typeOnly: true, names: ['*'] };
    default:
      return undefined;
  }
}

function mutableState(program: unknown): string[] {
  const body = isNode(program) ? childrenOf(program.body) : [];
  return body
    .map((statement) => {
      const declaration = statement.declaration;
      return statement.type === 'ExportNamedDeclaration' && isNode(declaration) ? declaration : statement;
    })
    .filter((node) => node.type === 'VariableDeclaration' && node.kind !== 'const' && node.declare !== true)
    .flatMap((node) => childrenOf(node.declarations).map((declarator) => nameOf(declarator.id)));
}

function childrenOf(value: unknown): TreeNode[] {
  if (Array.isArray(value)) return value.flatMap(childrenOf);
  return isNode(value) ? [value] : [];
}

function isNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function nameOf(value: unknown): string {
  return isNode(value) && value.type === 'Identifier' ? String(value.name) : '?';
}

function textOf(value: unknown): string {
  return isNode(value) && typeof value.value === 'string' ? value.value : '?';
}
