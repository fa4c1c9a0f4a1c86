import { expect, it } from 'vitest'
import { documentData, eInvoice, renderPdf } from '../../src/providers/documents/index.ts'
import { readPdf } from './pdf-reader.ts'
import { source } from './sample.ts'

const instructions = { text: 'Banque, compte 17\nou au guichet', reference: 'ABCDE-12345' }

it('QE-19 paper says where to pay by hand, and what to quote', async () => {
  const words = { fr: 'Indiquez la référence ABCDE-12345', en: 'Please quote ABCDE-12345' } as const
  for (const language of ['fr', 'en'] as const) {
    const { texts } = await readPdf(await renderPdf(documentData(source({ instructions, language }))))
    const text = texts.map((each) => each.text).join(' ')
    for (const shown of ['Banque, compte 17', 'ou au guichet', words[language]]) expect(text).toContain(shown)
  }
})

it('ST-9 the electronic invoice asks for the same reference', () => {
  const answer = eInvoice(documentData(source({ instructions })))
  expect(answer).toMatchObject({ xml: expect.stringContaining('<ram:PaymentReference>ABCDE-12345<') })
})
