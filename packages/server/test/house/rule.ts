import type { SourceFile } from './source-file.ts'
import { sourceFile } from './source-file.ts'

export interface Finding {
  path: string
  line: number
  message: string
}

export interface Snippet {
  path: string
  text: string
}

export interface Rule {
  title: string
  /** What to write instead. */
  remedy: string
  examine(files: SourceFile[]): Finding[]
  /** Each of these, as a repository of its own, must be found guilty; otherwise the rule says nothing. */
  bad: Snippet[][]
  /** And each of these innocent. */
  good: Snippet[][]
}

/** Makes an `examine` of a function that looks at one file. */
export function eachFile(look: (file: SourceFile) => { line: number; message: string }[]): Rule['examine'] {
  return (files) => files.flatMap((file) => look(file).map((found) => ({ path: file.path, ...found })))
}

export const toSourceFiles = (snippets: Snippet[]): SourceFile[] =>
  snippets.map(({ path, text }) => sourceFile(path, text))

export const isTest = (path: string): boolean =>
  /\.test\.tsx?$/.test(path) || path.startsWith('packages/server/test/')
export const isGenerated = (path: string): boolean => /\.gen\.tsx?$/.test(path)
