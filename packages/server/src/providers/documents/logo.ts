import { LRUCache } from 'lru-cache'
import PdfDocument from 'pdfkit'

/** A picture of more is a mistake or an attack: unpacked, it takes some hundred times what it takes as a file. */
const mostPixels = 4_000_000

/** Not among what the library's types tell. */
interface ImageOpener {
  openImage(bytes: Buffer): { width: number; height: number; colorSpace?: string }
}

const known = new LRUCache<string, { image: Buffer | null }>({ max: 20 })

/**
 * The bytes of a logo, or null where it can't be drawn: an invoice without its logo is better than none. Left out are
 * broken pictures, those of very many pixels, and colors for print (CMYK), which the PDF's profile of colors excludes.
 */
export function readLogo(dataUri: string): Buffer | null {
  const before = known.get(dataUri)
  if (before !== undefined) return before.image
  const bytes = Buffer.from(dataUri.slice(dataUri.indexOf(',') + 1), 'base64')
  const image = isDrawable(bytes) ? bytes : null
  known.set(dataUri, { image })
  return image
}

/** Draws it where nobody looks: a picture that fails halfway would leave the document without an end. */
function isDrawable(bytes: Buffer): boolean {
  try {
    const scratch = new PdfDocument()
    const image = (scratch as unknown as ImageOpener).openImage(bytes)
    const isReadable = image.width > 0 && image.height > 0 && image.width * image.height <= mostPixels
    if (!isReadable || image.colorSpace === 'DeviceCMYK') return false
    scratch.image(bytes, 0, 0, { fit: [100, 100] })
    return true
  } catch {
    return false
  }
}
