import { Refusal } from '../../refusal.ts'

/**
 * What can be said of an address without looking its name up; that is done whenever something is sent to it.
 *
 * @throws Refusal `webhook_url_refused`: not encrypted although it is live, or with a name and password in it
 */
export function checkAddress(url: string, mode: 'test' | 'live'): void {
  const [, protocol, authority = ''] = /^(https?):\/\/([^/?#]*)/i.exec(url) ?? []
  const encrypted = protocol?.toLowerCase() === 'https'
  if (protocol === undefined || authority.includes('@') || (mode === 'live' && !encrypted))
    throw new Refusal('webhook_url_refused', { param: 'url' })
}
