/** Reads a PDF with another library than the one that wrote it. */
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'

export interface PrintedText {
  text: string
  page: number
  left: number
  right: number
  /** From the bottom of the page. */
  y: number
}

export interface ReadPdf {
  pages: number
  texts: PrintedText[]
  attachments: Record<string, { filename: string; content: Uint8Array }>
  /** The XMP packet. */
  metadata: string
}

export async function readPdf(file: Uint8Array): Promise<ReadPdf> {
  const task = getDocument({ data: new Uint8Array(file), verbosity: 0 })
  const document = await task.promise
  const texts: PrintedText[] = []
  for (let number = 1; number <= document.numPages; number += 1) {
    const { items } = await (await document.getPage(number)).getTextContent()
    for (const item of items) {
      if (!('str' in item) || item.str.trim() === '') continue
      const [left, y] = [Number(item.transform[4]), Number(item.transform[5])]
      texts.push({ text: item.str, page: number, left, right: left + item.width, y })
    }
  }
  const attachments = ((await document.getAttachments()) ?? {}) as ReadPdf['attachments']
  const { metadata } = await document.getMetadata()
  const read = { pages: document.numPages, texts, attachments, metadata: metadata?.getRaw() ?? '' }
  await task.destroy()
  return read
}
