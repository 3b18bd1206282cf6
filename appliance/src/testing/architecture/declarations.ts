import { parseSync } from 'vite';
import { isNode, type Node, nodesIn } from './syntax.ts';

export interface Declaration {
  readonly kind: 'route' | 'topic' | 'event';
  /** Method and path of a route, path of a topic, name of an event. */
  readonly name: string;
}

/**
 * The routes, topics and events that a file declares with a literal address. One that is put together at run time is
 * not found here.
 */
export function declarationsIn(path: string, text: string): Declaration[] {
  const { program } = parseSync(path, text);
  return [...nodesIn(program)].flatMap((node) => {
    if (node.type !== 'CallExpression' || !isNode(node['callee']) || !Array.isArray(node['arguments']))
      return [];
    const [first]: unknown[] = node['arguments'];
    const declaration = isNode(first) ? declared(String(node['callee']['name']), first) : undefined;
    return declaration === undefined ? [] : [declaration];
  });
}

function declared(callee: string, argument: Node): Declaration | undefined {
  if (callee === 'defineEvent') return named('event', literal(argument));
  if (callee === 'defineTopic') return named('topic', literal(property(argument, 'path')));
  if (callee !== 'readRoute' && callee !== 'writeRoute') return undefined;
  const method = literal(property(argument, 'method'));
  const path = literal(property(argument, 'path'));
  return named('route', method && path && `${method} ${path}`);
}

const named = (kind: Declaration['kind'], name: string | undefined): Declaration | undefined =>
  name === undefined ? undefined : { kind, name };

const literal = (node: Node | undefined): string | undefined =>
  node?.type === 'Literal' ? String(node['value']) : undefined;

function property(object: Node, name: string): Node | undefined {
  const properties = Array.isArray(object['properties']) ? object['properties'].filter(isNode) : [];
  const found = properties.find(({ key }) => isNode(key) && key['name'] === name)?.['value'];
  return isNode(found) ? found : undefined;
}
