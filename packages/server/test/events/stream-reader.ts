import type { Event } from '@tollkeeper/contract'

export interface StreamReader {
  events: Event[]
  /** The last id sent, as a browser would send it back. */
  lastEventId: string | undefined
  close(): void
  /** Resolves when the stream has ended, for whatever reason. */
  ended: Promise<void>
}

/** Opens `/v1/events/stream` and collects what it sends. Resolves once the server has answered. */
export async function openStream(
  url: string,
  key: string,
  options: { query?: string; lastEventId?: string } = {},
): Promise<StreamReader> {
  const controller = new AbortController()
  const headers: Record<string, string> = { authorization: `Bearer ${key}` }
  if (options.lastEventId !== undefined) headers['last-event-id'] = options.lastEventId
  const response = await fetch(`${url}/v1/events/stream${options.query ?? ''}`, {
    headers,
    signal: controller.signal,
  })
  if (response.status !== 200)
    throw new Error(`The stream answered ${response.status}: ${await response.text()}`)
  const reader: StreamReader = {
    events: [],
    lastEventId: undefined,
    close: () => controller.abort(),
    ended: Promise.resolve(),
  }
  reader.ended = collect(response.body as ReadableStream<Uint8Array>, reader).catch(() => {})
  return reader
}

async function collect(body: ReadableStream<Uint8Array>, reader: StreamReader): Promise<void> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) takeBlock(block, reader)
  }
}

function takeBlock(block: string, reader: StreamReader): void {
  const fields = block
    .split('\n')
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
  const of = (name: string) => fields.find(([field]) => field === name)?.[1]
  const data = of('data')
  if (data === undefined) return
  reader.events.push(JSON.parse(data) as Event)
  reader.lastEventId = of('id') ?? reader.lastEventId
}
