/** The page behind a prompt or a link, for whoever plays the payer. */
import { writeAmount } from './amounts.ts'
import { act } from './control.ts'
import { cards, isPhone } from './instruments.ts'
import { attach } from './methods.ts'
import { missing, WireRefusal } from './routes.ts'
import { begin } from './world.ts'
import type { Change, Charge, Setup, Tables, World } from './world.ts'

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const button = (action: string, label: string): string =>
  `<button name="action" value="${action}">${escape(label)}</button>`

const layout = (title: string, content: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>body{font:1rem/1.5 system-ui;max-width:30rem;margin:10vh auto;padding:0 1rem}button{font:inherit;margin:.25rem .25rem .25rem 0;padding:.4rem .9rem}</style>
<h1>${escape(title)}</h1>
${content}
<p><small>A simulated payment: no money moves.</small></p>
</html>`

interface Opened {
  change: Change
  page: Tables['page']
  charge: Charge | undefined
  setup: Setup | undefined
}

function open(world: World, id: string): Opened {
  const page = world.journal.get('page', id) as Tables['page'] | undefined
  if (page === undefined) throw missing('page')
  const change = begin(world, page.account)
  const charge = page.type === 'charge' ? change.get('charge', page.key) : undefined
  const setup = page.type === 'setup' ? change.get('setup', page.key) : undefined
  return { change, page, charge, setup }
}

export function showPage(world: World, id: string): string {
  const { charge, setup } = open(world, id)
  if (charge !== undefined) return showCharge(charge)
  if (setup?.status !== 'action_needed') return layout('Nothing to do', '<p>This is done.</p>')
  const choices = Object.keys(cards).map((name) => `<option>${name}</option>`)
  const field =
    setup.kind === 'card'
      ? `<select name="instrument">${choices.join('')}</select>`
      : '<input name="instrument" type="tel" placeholder="+221771234567" required>'
  return layout('How do you pay?', `<form method="post"><p>${field}</p>${button('attach', 'Save')}</form>`)
}

function showCharge(charge: Charge): string {
  const amount = `${writeAmount(charge.amountMinor, charge.currency)} ${charge.currency}`
  const buttons = [button('pay', 'Pay'), button('refuse', 'Refuse'), button('pay_twice', 'Pay twice')]
  const state = `<p>${escape(charge.description)}</p><p>This payment is ${charge.status.replace('_', ' ')}.</p>`
  return layout(`Pay ${amount}`, `${state}<form method="post">${buttons.join('')}</form>`)
}

/** Does what was pressed. Answers where the payer goes on. */
export function submitPage(world: World, id: string, form: URLSearchParams): string | null {
  const { change, charge, setup } = open(world, id)
  const action = form.get('action')
  if (charge !== undefined && (action === 'pay' || action === 'pay_twice' || action === 'refuse'))
    act(change, charge, { action })
  else if (setup?.status === 'action_needed' && action === 'attach')
    attach(change, setup, instrumentOf(setup, form))
  else throw new WireRefusal(400, 'action_unknown', 'Press one of the buttons.')
  change.commit()
  return (charge ?? setup)?.returnUrl ?? null
}

function instrumentOf(setup: Setup, form: URLSearchParams): string {
  const instrument = form.get('instrument') ?? ''
  if (setup.kind === 'card' ? Object.hasOwn(cards, instrument) : isPhone(instrument)) return instrument
  throw new WireRefusal(400, 'instrument_unknown', 'Choose one of the list, or enter a phone number.')
}
