/** One message of a `text/event-stream`. A message without data carries only a position. */
export interface ServerSentMessage {
  id: string | undefined
  event: string | undefined
  data: string | undefined
}

/**
 * Reads a `text/event-stream` piece by piece, wherever the pieces are cut.
 *
 * @example
 * const read = messageReader()
 * read('id: 7\ndata: {"a"') // []
 * read(':1}\n\n')           // [{ id: '7', event: undefined, data: '{"a":1}' }]
 */
export function messageReader(): (piece: string) => ServerSentMessage[] {
  let rest = ''
  let id: string | undefined
  let event: string | undefined
  let data: string[] = []

  const takeLine = (line: string): ServerSentMessage | undefined => {
    if (line === '') {
      const message = { id, event, data: data.length > 0 ? data.join('\n') : undefined }
      id = undefined
      event = undefined
      data = []
      return message.id === undefined && message.data === undefined ? undefined : message
    }
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'id') id = value
    if (field === 'event') event = value
    if (field === 'data') data.push(value)
    return undefined // comments keep the connection alive; other fields say nothing that we need
  }

  return (piece) => {
    rest += piece
    const messages: ServerSentMessage[] = []
    let start = 0
    for (const ending of rest.matchAll(/\r\n|\n|\r/g)) {
      // A \r at the very end may be the first half of \r\n: wait for the next piece.
      if (ending[0] === '\r' && ending.index === rest.length - 1) break
      const message = takeLine(rest.slice(start, ending.index))
      if (message) messages.push(message)
      start = ending.index + ending[0].length
    }
    rest = rest.slice(start)
    return messages
  }
}
