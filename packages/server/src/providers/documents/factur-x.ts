/** Puts the electronic invoice into the PDF, as Factur-X asks for: one file for people and machines. */
import { escapeXml } from './xml.ts'

const fileName = 'factur-x.xml'
const namespace = 'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#'

/** What the metadata says of the embedded file, and what it declares each of these to be. */
const properties = [
  { name: 'DocumentFileName', value: fileName, description: 'Name of the embedded XML file' },
  { name: 'DocumentType', value: 'INVOICE', description: 'Invoice, as credit notes are called here too' },
  { name: 'Version', value: '1.0', description: 'Version of the standard of the XML' },
  { name: 'ConformanceLevel', value: 'EN 16931', description: 'Profile of the XML' },
]

export function embedFacturX(document: PDFKit.PDFDocument, xml: string, at: Date): void {
  const options = {
    name: fileName,
    type: 'text/xml',
    description: 'Factur-X',
    // the same invoice in another form, neither its source nor a supplement
    relationship: 'Alternative',
    creationDate: at,
    modifiedDate: at,
  }
  document.file(Buffer.from(xml, 'utf8'), options)
  document.appendXML(extensionSchema())
  document.appendXML(statement())
}

function statement(): string {
  const values = properties.map(({ name, value }) => `<fx:${name}>${escapeXml(value)}</fx:${name}>`)
  return `<rdf:Description rdf:about="" xmlns:fx="${namespace}">${values.join('')}</rdf:Description>`
}

/** PDF/A knows nothing of Factur-X: a property of another namespace has to be declared in the file itself. */
function extensionSchema(): string {
  const declared = properties.map(
    ({ name, description }) =>
      '<rdf:li rdf:parseType="Resource">' +
      `<pdfaProperty:name>${name}</pdfaProperty:name>` +
      '<pdfaProperty:valueType>Text</pdfaProperty:valueType>' +
      '<pdfaProperty:category>external</pdfaProperty:category>' +
      `<pdfaProperty:description>${description}</pdfaProperty:description>` +
      '</rdf:li>',
  )
  return (
    '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" ' +
    'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" ' +
    'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">' +
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">' +
    '<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>' +
    `<pdfaSchema:namespaceURI>${namespace}</pdfaSchema:namespaceURI>` +
    '<pdfaSchema:prefix>fx</pdfaSchema:prefix>' +
    `<pdfaSchema:property><rdf:Seq>${declared.join('')}</rdf:Seq></pdfaSchema:property>` +
    '</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>'
  )
}
