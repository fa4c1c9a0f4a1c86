/** XML as plain objects, read by a parser that is not ours. */
import { XmlDocument, XmlElement } from 'libxml2-wasm'

export interface Tree {
  /** Without the namespace's prefix. */
  name: string
  attributes: Record<string, string>
  children: Tree[]
  text: string
}

export function parseTree(xml: string): Tree {
  const document = XmlDocument.fromString(xml)
  try {
    return toTree(document.root)
  } finally {
    document.dispose()
  }
}

function toTree(element: XmlElement): Tree {
  const children: Tree[] = []
  for (let node = element.firstChild; node !== null; node = node.next) {
    if (node instanceof XmlElement) children.push(toTree(node))
  }
  const attributes = Object.fromEntries(element.attrs.map(({ name, value }) => [name, value]))
  return { name: element.name, attributes, children, text: children.length > 0 ? '' : element.content }
}

/** All elements at a path of names from here: `all(root, 'A/B')`. */
export function all(tree: Tree, path: string): Tree[] {
  return path
    .split('/')
    .reduce<Tree[]>(
      (found, name) => found.flatMap(({ children }) => children.filter((child) => child.name === name)),
      [tree],
    )
}

export const one = (tree: Tree, path: string): Tree | undefined => all(tree, path)[0]

/** Empty where there is none. */
export const text = (tree: Tree, path: string): string => one(tree, path)?.text ?? ''

/** Everything below of this name. */
export function anywhere(tree: Tree, name: string): Tree[] {
  return tree.children.flatMap((child) => [...(child.name === name ? [child] : []), ...anywhere(child, name)])
}
