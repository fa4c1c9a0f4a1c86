// packages/contract/openapi.gen.json: the API as OpenAPI 3.1, as the server answers it at /openapi.json.
// Owns: nothing but the file's place; the document is made by the server's own code.

export const openApiFile = {
  path: 'packages/contract/openapi.gen.json',
  content: async (): Promise<string> => {
    const { openApiDocument } = await import('tollkeeper')
    return `${JSON.stringify(openApiDocument(), null, 2)}\n`
  },
}
