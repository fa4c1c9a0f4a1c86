/**
 * Whoever pays in a story: with cards of the simulator, or by answering the prompt on a phone.
 *
 * Owns: nothing; every call goes to the engine, or to the page that a prompt opens.
 */
import type { Client } from '@tollkeeper/client'

/** From now on this card, and no other. */
export async function payWith(client: Client, customer: string, instrument: string): Promise<void> {
  const earlier = await client.paymentMethods.list(customer).toArray({ max: 20 })
  await client.paymentMethods.attach(customer, { provider: 'simulator', instrument, isDefault: true })
  for (const { id } of earlier) await client.paymentMethods.detach(customer, id)
}

/** Presses “Pay” on the page of a prompt. */
export async function answerPrompt(url: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ action: 'pay' }),
    redirect: 'manual',
  })
  if (answer.status >= 400) throw new Error(`The page of the prompt answered ${answer.status}`)
}

/** Enters a card at the page that asks for a way to pay. */
export async function enterCard(url: string | null, instrument: string): Promise<void> {
  if (url === null) throw new Error('There is no page to pay at')
  const form = new URLSearchParams({ action: 'attach', instrument })
  const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' })
  if (answer.status >= 400) throw new Error(`The page answered ${answer.status}`)
}

/** Asks until it is so: money that comes by a phone is told by the provider, a moment later. */
export async function until<Value>(what: string, ask: () => Promise<Value | undefined>): Promise<Value> {
  for (let asked = 0; asked < 300; asked += 1) {
    const value = await ask()
    if (value !== undefined) return value
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`Waited in vain until ${what}`)
}
