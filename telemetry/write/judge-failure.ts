import { OrganisationGone } from './append-ledger.ts';

/**
 * Why a transaction failed: `data` will fail again however often it is tried; `removed` means that something it refers
 * to is gone, so the registry must look again; anything else will pass.
 */
export type Failure = 'data' | 'removed' | 'passing';

const FOREIGN_KEY_VIOLATION = '23503';

/**
 * Judges by SQLSTATE: data exceptions (22), violated constraints (23), too many of a key (21) and exceeded limits (54)
 * are the batch's own fault. No connection, a full disk, a lock, a server that stops or lacks a privilege are not, and
 * a batch is kept until they are over.
 */
export function judgeFailure(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof OrganisationGone || code === FOREIGN_KEY_VIOLATION) return 'removed';
  return /^(21|22|23|54)[0-9A-Z]{3}$/.test(code) ? 'data' : 'passing';
}
