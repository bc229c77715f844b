import type { Sql } from './database.ts';

/** Leadership by name. The epoch grows with every change of holder. */
export interface Lease {
  readonly name: string;
  readonly epoch: number;
}

/**
 * Who leads, kept in database rows: no advisory locks (DESIGN §2). `prisma/leases.ts` implements it. A holder proves
 * itself in each of its writes with `checkEpoch`; expiry alone only tells when another may take over.
 */
export interface Leases {
  /**
   * Takes a name that is free, has expired, or was held by an earlier start of the same holder.
   * @returns null while another holder has it.
   */
  acquire(name: string, ttlMs: number): Promise<Lease | null>;
  /** @returns false when the lease is lost for good: then acquire anew. */
  renew(lease: Lease, ttlMs: number): Promise<boolean>;
  /** Gives the name back at once; does nothing when it is lost already. */
  release(lease: Lease): Promise<void>;
  /**
   * Inside the holder's own transaction, as a statement of its own before its writes. Nobody takes over before that
   * transaction has ended.
   * @throws LeaseLost when another epoch has begun.
   */
  checkEpoch(sql: Sql, lease: Lease): Promise<void>;
}

/** Another holder leads now: what was about to be written must not be. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor(lease: Lease) {
    super(`the lease "${lease.name}" of epoch ${lease.epoch} was taken over`);
  }
}
