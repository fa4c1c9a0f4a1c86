/** Ways to pay. Invariant: a token is made once for a setup and never given to another customer. */
import { DAY_MS } from '../../../domain/time/instant.ts'
import { cards, isPhone } from './instruments.ts'
import { freshId } from './fresh-id.ts'
import type { Change, Method, Setup } from './world.ts'

const SETUP_MS = DAY_MS
const CARD_EXPIRES = '2099-12'

export type NewSetup = Pick<Setup, 'key' | 'customer' | 'kind' | 'returnUrl'>

/** Whether the simulator knows such an instrument. */
export const isInstrument = (instrument: string, kind: Setup['kind']): boolean =>
  kind === 'card' ? Object.hasOwn(cards, instrument) : isPhone(instrument)

/** Without an instrument a page asks for it. */
export function createSetup(change: Change, asked: NewSetup, instrument: string | null): Setup {
  const setup: Setup = { ...asked, status: 'declined', token: null, page: null, expiresAt: null }
  if (instrument !== null) return attach(change, setup, instrument)
  const page = freshId('set')
  change.put('page', page, { account: change.account, type: 'setup', key: setup.key })
  return save(change, { ...setup, status: 'action_needed', page, expiresAt: change.now + SETUP_MS })
}

export function attach(change: Change, setup: Setup, instrument: string): Setup {
  if (cards[instrument]?.attach === 'refuse') return save(change, { ...setup, status: 'declined' })
  const method: Method = {
    token: freshId('meth'),
    setup: setup.key,
    customer: setup.customer,
    instrument,
    kind: setup.kind,
    expires: setup.kind === 'card' ? CARD_EXPIRES : null,
    authenticated: false,
    detached: false,
  }
  saveMethod(change, method, 'attached')
  return save(change, { ...setup, status: 'attached', token: method.token })
}

export function saveMethod(change: Change, method: Method, what: 'attached' | 'updated' | 'detached'): void {
  change.put('method', method.token, method)
  change.emit('method.updated', { change: what, setup: method.setup, ...presentMethod(method) })
}

function save(change: Change, setup: Setup): Setup {
  change.put('setup', setup.key, setup)
  return setup
}

export function presentMethod({ token, kind, instrument, expires, customer }: Method) {
  const card = cards[instrument]
  const lastDigits = card?.lastDigits ?? instrument.slice(-2)
  const label =
    card === undefined ? `${instrument.slice(0, 4)} •• ${lastDigits}` : `${card.brand} •••• ${lastDigits}`
  return { token, kind, label, expires, customer, silent: kind === 'card' }
}

export function presentSetup(change: Change, setup: Setup) {
  const method = setup.token === null ? undefined : change.get('method', setup.token)
  return {
    key: setup.key,
    status: setup.status,
    url: setup.page !== null && setup.status === 'action_needed' ? `${change.url}/pay/${setup.page}` : null,
    expiresAt: setup.expiresAt,
    method: method === undefined ? null : presentMethod(method),
  }
}

export type WireMethod = ReturnType<typeof presentMethod>
export type WireSetup = ReturnType<typeof presentSetup>
