/**
 * What of a customer's balance is disputed.
 *
 * Owns: which of the money that came there goes on with what leaves it. Does not own: what of what came was disputed, and
 * what follows for what it pays (`disputed-lines.ts`).
 * Invariant: what is disputed neither grows nor is lost on the way: it is on the balance, or where it went.
 */
import { Big } from 'big.js'

/** Parts, or amounts in minor units. */
export type Shares = Record<'open' | 'lost', Big>

export const noShares = (): Shares => ({ open: new Big(0), lost: new Big(0) })

export const plus = (one: Shares, other: Shares): Shares => ({
  open: one.open.plus(other.open),
  lost: one.lost.plus(other.lost),
})

/** As the books have it. */
export interface BalanceMovement {
  /** What moved it: a document, a receipt, a refund, an adjustment. */
  subject: string
  /** Of its entry. */
  kind: string
  /** Credit notes whose money was sent back, and has come here instead. */
  notes: readonly string[]
  currency: string
  /** Above zero came there, below zero left it. */
  amountMinor: number
}

interface Piece {
  status: 'clean' | keyof Shares
  minor: Big
}

/** Asked and told in the order of the movements. */
export interface Followed {
  /** What of what came was disputed, at most. */
  broughtBy(movement: BalanceMovement): Shares
  took(movement: BalanceMovement, disputed: Shares): void
}

/**
 * What came first leaves first. An adjustment takes what is disputed before anything else: by it the operator takes it back.
 *
 * @param movements the oldest first
 * @returns what of a balance is disputed
 */
export function followBalance(
  movements: readonly BalanceMovement[],
  { broughtBy, took }: Followed,
): (currency: string) => Shares {
  const balances = new Map<string, Piece[]>()
  for (const movement of movements) {
    const { currency, kind, amountMinor } = movement
    const pieces = balances.get(currency) ?? []
    if (amountMinor > 0) {
      balances.set(currency, [...pieces, ...piecesOf(amountMinor, broughtBy(movement))])
      continue
    }
    const taken = take(kind === 'balance.adjusted' ? disputedFirst(pieces) : pieces, -amountMinor)
    balances.set(
      currency,
      pieces.flatMap((piece) => lessTaken(piece, taken.get(piece))),
    )
    took(movement, sharesOf(taken))
  }
  return (currency) => sharesOf(new Map((balances.get(currency) ?? []).map((piece) => [piece, piece.minor])))
}

function piecesOf(minor: number, disputed: Shares): Piece[] {
  const lost = least(disputed.lost, new Big(minor))
  const open = least(disputed.open, new Big(minor).minus(lost))
  const pieces: Piece[] = [
    { status: 'clean', minor: new Big(minor).minus(lost).minus(open) },
    { status: 'open', minor: open },
    { status: 'lost', minor: lost },
  ]
  return pieces.filter((piece) => piece.minor.gt(0))
}

/** How much of which, in this order. */
function take(pieces: readonly Piece[], minor: number): ReadonlyMap<Piece, Big> {
  let wanted = new Big(minor)
  return new Map(
    pieces.map((piece) => {
      const part = least(wanted, piece.minor)
      wanted = wanted.minus(part)
      return [piece, part]
    }),
  )
}

function lessTaken(piece: Piece, taken = new Big(0)): Piece[] {
  const minor = piece.minor.minus(taken)
  return minor.gt(0) ? [{ ...piece, minor }] : []
}

function sharesOf(taken: ReadonlyMap<Piece, Big>): Shares {
  const shares = noShares()
  for (const [{ status }, minor] of taken) if (status !== 'clean') shares[status] = shares[status].plus(minor)
  return shares
}

const disputedFirst = (pieces: readonly Piece[]): Piece[] =>
  pieces.toSorted((one, other) => Number(one.status === 'clean') - Number(other.status === 'clean'))

const least = (one: Big, other: Big): Big => (one.lt(other) ? one : other)
