// alone in its file: what a process has rendered before is what this is about
import { expect, it } from 'vitest'
import { documentData, renderPdf } from '../../src/providers/documents/index.ts'
import { readPdf } from './pdf-reader.ts'
import { line, source } from './sample.ts'

async function textOf(description: string): Promise<string> {
  const given = source({ lines: [line({ description })] })
  const { texts } = await readPdf(await renderPdf(documentData(given)))
  return texts.map(({ text }) => text).join(' ')
}

it('ST-9 letters can be read though an earlier document had them with accents only', async () => {
  expect(await textOf('Ŵ Ý Ź Ḱ')).toContain('Ŵ Ý Ź Ḱ')
  expect(await textOf('W Y Z K')).toContain('W Y Z K')
})
