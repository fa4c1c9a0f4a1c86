import type { Benchmark } from './harness.ts'
import { openHttpPair } from './http-pair.ts'

export const consumeOverHttp: Benchmark = {
  id: 'P-3',
  ours: 'consume over HTTP, durable, 256 connections',
  limit: 'a Fastify route with the same authentication, validation and serialisation that answers at once',
  unit: 'requests/s',
  compare: 'ratio',
  better: 'higher',
  floor: 0.3,
  goal: 0.45,
  open: (room) => openHttpPair(room, 'consume', 256),
}
