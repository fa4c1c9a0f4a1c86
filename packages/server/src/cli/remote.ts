/**
 * Asking a running server over HTTP.
 *
 * Owns: where it is and with which key: the options, `TOLLKEEPER_URL` and `TOLLKEEPER_KEY`, or what `dev` has written
 * to `credentials.json`. Does not own: what is asked.
 * Invariant: a refusal becomes one readable message with all its fields.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSettings, SettingProblem } from './settings.ts'

export interface RemoteOptions {
  url?: string
  key?: string
}

export type Remote = <Body>(method: string, path: string, body?: unknown) => Promise<Body>

interface Problem {
  title?: string
  detail?: string
  errors?: { param: string; message: string }[]
}

/** @throws SettingProblem when it isn't known where the server is, or with which key */
export async function connectRemote(options: RemoteOptions): Promise<Remote> {
  const { url, key } = await readAddress(options)
  return async (method, path, body) => {
    const answer = await send(url, key, method, path, body)
    const text = await answer.text()
    if (answer.ok) return JSON.parse(text)
    throw new SettingProblem(tellProblem(text, answer.status))
  }
}

async function send(
  url: string,
  key: string,
  method: string,
  path: string,
  body: unknown,
): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  try {
    const text = body === undefined ? undefined : JSON.stringify(body)
    return await fetch(new URL(path, url), {
      method,
      headers,
      body: text,
      signal: AbortSignal.timeout(60_000),
    })
  } catch (error) {
    const reason = (error as Error).cause ?? error
    const { code, message } = reason as NodeJS.ErrnoException
    throw new SettingProblem(`${url} can't be reached (${code ?? message}). Is the server running there?`)
  }
}

async function readAddress(options: RemoteOptions): Promise<{ url: string; key: string }> {
  const written = await readCredentials()
  const url = options.url ?? process.env.TOLLKEEPER_URL ?? written.url
  const key = options.key ?? process.env.TOLLKEEPER_KEY ?? written.secretKey
  if (url !== undefined && !URL.canParse(url)) throw new SettingProblem(`"${url}" is no URL.`)
  if (url !== undefined && key !== undefined) return { url, key }
  throw new SettingProblem(
    'Which server, and with which key? Set TOLLKEEPER_URL and TOLLKEEPER_KEY, or start one here with "tollkeeper dev".',
  )
}

async function readCredentials(): Promise<{ url?: string; secretKey?: string }> {
  try {
    const text = await readFile(join(readSettings().dataDirectory, 'credentials.json'), 'utf8')
    return JSON.parse(text) as { url?: string; secretKey?: string }
  } catch (error) {
    if (error instanceof SettingProblem) throw error
    // no server was ever started here, which is no mistake: the environment may name one
    return {}
  }
}

function tellProblem(text: string, status: number): string {
  let problem: Problem
  try {
    problem = JSON.parse(text) as Problem
  } catch {
    return `The server answered ${status}: ${text.slice(0, 500)}`
  }
  const fields = (problem.errors ?? []).map(({ param, message }) => `  ${param}: ${message}`)
  return [`${problem.title}. ${problem.detail ?? ''}`.trim(), ...fields].join('\n')
}
