/**
 * An array as PostgreSQL reads it, for hot statements: the driver's own way quotes and escapes every element.
 * Only for elements whose text needs neither: numbers, booleans, uuids, ISO times, `infinity`.
 */
export function arrayLiteral(elements: readonly (number | boolean | string)[]): string {
  return `{${elements.join(',')}}`
}
