import type { Socket } from 'node:net'
import { STATUS_CODES } from 'node:http'
import type { ErrorCode } from '@tollkeeper/contract'
import { Refusal } from '../refusal.ts'
import { problemHeaders, problemOf } from './problem.ts'

const codes: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/**
 * Answers what never became a request, and ends its connection: nobody knows where the next one would begin. Its headers
 * were not read, so it is in English and the request's id is new.
 */
export function answerClientError(
  error: { code?: string },
  socket: Socket,
  { newRequestId, countProblem }: { newRequestId: () => string; countProblem: (code: ErrorCode) => void },
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const refusal = new Refusal(codes[error.code ?? ''] ?? 'request_malformed')
  const problem = problemOf(refusal, 'en', newRequestId())
  countProblem(problem.code)
  const body = JSON.stringify(problem)
  const headers = {
    ...problemHeaders(refusal, problem.code),
    'x-request-id': problem.requestId,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const status = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`
  socket.end([status, ...lines, '', body].join('\r\n'))
}
