export * from './endpoint.ts'
export * from './endpoints/index.ts'
export * from './error-codes.ts'
export * from './primitives.ts'
