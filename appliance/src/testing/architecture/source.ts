import { posix } from 'node:path';
import { parseSync } from 'vite';
import appliancePackage from '../../../package.json' with { type: 'json' };
import { isNode, type Node, nodesIn } from './syntax.ts';

/** What a file takes from another file of the project (`target` is its path) or from a package (its name). */
export interface Import {
  readonly target: string;
  readonly isPackage: boolean;
  /** Gone when types are stripped. */
  readonly typeOnly: boolean;
}

/** A file of the project, as far as the architecture is concerned. */
export interface Source {
  /** From the root of the project: `appliance/src/main.ts`. */
  readonly path: string;
  readonly imports: readonly Import[];
  /** Globals it uses that reach outside the program or tell the time: `Date.now`, `process.env`, `setTimeout`. */
  readonly globals: ReadonlySet<string>;
}

/** Throws when the text is not TypeScript. */
export function readSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const imports: Import[] = [];
  const globals = new Set<string>();
  for (const node of nodesIn(program)) {
    const imported = importOf(path, node);
    if (imported !== undefined) imports.push(imported);
    const used = globalOf(node);
    if (used !== undefined) globals.add(used);
  }
  return { path, imports, globals };
}

function importOf(path: string, node: Node): Import | undefined {
  if (!/^(Import(Declaration|Expression)|Export(Named|All)Declaration|TSImportType)$/u.test(node.type))
    return;
  const specifier = isNode(node['source']) ? node['source']['value'] : undefined;
  if (typeof specifier !== 'string') return;
  const typeOnly = isTypeOnly(node);
  const own = ownFile(specifier);
  if (own !== undefined) return { target: own, isPackage: false, typeOnly };
  const isPackage = !specifier.startsWith('.');
  const target = isPackage ? packageOf(specifier) : posix.join(posix.dirname(path), specifier);
  return { target, isPackage, typeOnly };
}

const applianceExports = Object.entries(appliancePackage.exports as Record<string, string>);

/** The file that a name such as `@dugout/appliance/platform/clock.ts` stands for, by what the appliance exports. */
function ownFile(specifier: string): string | undefined {
  if (!specifier.startsWith('@dugout/appliance/')) return undefined;
  const asked = specifier.replace('@dugout/appliance', '.');
  for (const [name, file] of applianceExports) {
    if (name === asked) return posix.join('appliance', file);
    const prefix = name.replace(/\*$/u, '');
    if (prefix !== name && asked.startsWith(prefix))
      return posix.join('appliance', file.replace('*', asked.slice(prefix.length)));
  }
  return undefined;
}

const isTypeKind = (node: Node): boolean => node['importKind'] === 'type' || node['exportKind'] === 'type';

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType' || isTypeKind(node)) return true;
  const specifiers = Array.isArray(node['specifiers']) ? node['specifiers'].filter(isNode) : [];
  return specifiers.length > 0 && specifiers.every(isTypeKind);
}

/** `@scope/name/deep/file` → `@scope/name`; built-ins keep their whole name. */
const packageOf = (specifier: string): string =>
  specifier.startsWith('node:') ? specifier : (/^(@[^/]+\/)?[^/]+/u.exec(specifier)?.[0] ?? specifier);

const watchedCalls = new Set(['setTimeout', 'setInterval', 'fetch']);
const watchedMembers = new Set([
  'Date.now',
  'performance.now',
  'process.env',
  'Math.random',
  'globalThis.setTimeout',
]);

function globalOf(node: Node): string | undefined {
  const { callee, object, property } = node;
  if (node.type === 'CallExpression' && isNode(callee) && watchedCalls.has(String(callee['name']))) {
    return String(callee['name']);
  }
  if (node.type === 'NewExpression' && isNode(callee) && callee['name'] === 'Date') {
    return Array.isArray(node['arguments']) && node['arguments'].length === 0 ? 'new Date()' : undefined;
  }
  if (node.type !== 'MemberExpression' || !isNode(object) || !isNode(property)) return undefined;
  const member = `${String(object['name'])}.${String(property['name'] ?? property['value'])}`;
  return watchedMembers.has(member) ? member : undefined;
}
