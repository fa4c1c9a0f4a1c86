/**
 * The public API of the package: an engine to run inside a program of one's own, and the API's description.
 */
export { DatabaseProblem, createEngine, openApiDocument } from './engine.ts'
export type { Engine, EngineOptions } from './engine.ts'
export { createLogger } from './logger.ts'
export type { Logger } from './logger.ts'
export { fixedClock, systemClock } from './clock.ts'
export type { AdjustableClock, Clock } from './clock.ts'
export type { TaxProvider } from './domain/taxes/model.ts'
