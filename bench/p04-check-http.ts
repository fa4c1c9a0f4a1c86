import type { Benchmark } from './harness.ts'
import { openHttpPair } from './http-pair.ts'

export const checkOverHttp: Benchmark = {
  id: 'P-4',
  ours: 'check over HTTP, 256 connections',
  limit: 'a Fastify route with the same authentication, validation and serialisation that answers at once',
  unit: 'requests/s',
  compare: 'ratio',
  better: 'higher',
  floor: 0.6,
  goal: 0.8,
  open: (room) => openHttpPair(room, 'check', 256),
}
