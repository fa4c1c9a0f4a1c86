import type { Instant } from '../time/index.ts'

/** A person or a machine inside a customer. */
export interface Member {
  /** Surrogate. */
  id: number
  key: string
  name: string
  email: string | null
  metadata: Record<string, unknown>
  createdAt: Instant
  updatedAt: Instant
  deletedAt: Instant | null
}

export interface MemberFields {
  name?: string | undefined
  email?: string | null | undefined
  metadata?: Record<string, unknown> | undefined
}

/** Fields that are left out stay; a deleted member comes back under its old balances. */
export function withMemberFields(member: Member, fields: MemberFields, now: Instant): Member {
  const next: Member = {
    ...member,
    name: fields.name ?? member.name,
    email: fields.email === undefined ? member.email : fields.email,
    metadata: fields.metadata ?? member.metadata,
    deletedAt: null,
  }
  return JSON.stringify(next) === JSON.stringify(member) ? member : { ...next, updatedAt: now }
}
