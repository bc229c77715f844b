import type { RefusalReason } from '../../contracts/api/dead-letters.ts';
import type { Sql } from '../../contracts/database.ts';
import { appendChanges } from '../append-changes.ts';
import type { HourlyBudget } from './hourly-budget.ts';
import { ownerFor, readOwnership, type Ownership } from './site-owners.ts';

/** Something of the hierarchy that a message names. */
export interface Wanted {
  path: string;
  /** The publisher's organisation, null where none is known. */
  organisation: string | null;
}

/** How one level of the hierarchy is found and created. */
export interface Level<W extends Wanted, F extends { path: string }> {
  find(sql: Sql, paths: readonly string[]): Promise<F[]>;
  create(sql: Sql, missing: readonly W[], organisationOf: (site: string) => string): Promise<void>;
}

export interface Refused {
  reason: Extract<RefusalReason, 'creation_limit' | 'foreign_site'>;
  detail: string;
}

export interface FoundOrCreated<F> {
  found: F[];
  refused: Map<string, Refused>;
  /** Null when nothing was created. */
  created: { position: number | null; ownership: Ownership } | null;
}

/**
 * Finds what exists and creates what does not, within one transaction; appends an `equipment` change for each site.
 * Safe while another writer does the same: whoever comes second finds what the first created.
 */
export async function findOrCreate<W extends Wanted, F extends { path: string }>(
  sql: Sql,
  wanted: readonly W[],
  level: Level<W, F>,
  rules: { budget: HourlyBudget; defaultOrganisation: string },
): Promise<FoundOrCreated<F>> {
  const refused = new Map<string, Refused>();
  const found = await level.find(sql, pathsOf(wanted));
  const existing = new Set(found.map((one) => one.path));
  const missing = wanted.filter((one) => !existing.has(one.path));
  if (missing.length === 0) return { found, refused, created: null };

  const before = await readOwnership(sql);
  const organisations = new Map<string, string>();
  const creatable = missing.filter((one) => {
    const site = siteOf(one.path);
    const owner = ownerFor(
      before,
      site,
      one.organisation,
      organisations.get(site) ?? rules.defaultOrganisation,
    );
    if (!owner.ok) refused.set(one.path, { reason: 'foreign_site', detail: owner.detail });
    else if (!organisations.has(site)) organisations.set(site, owner.organisation);
    return owner.ok;
  });
  for (const one of creatable.splice(rules.budget.spend(creatable.length))) {
    refused.set(one.path, limitReached(one.path, rules.budget.limit));
  }
  if (creatable.length === 0) return { found, refused, created: null };

  await level.create(sql, creatable, (site) => organisations.get(site) ?? rules.defaultOrganisation);
  found.push(...(await level.find(sql, pathsOf(creatable))));
  const ownership = await readOwnership(sql);
  const sites = new Set(creatable.map((one) => siteOf(one.path)));
  const owners = [...sites].flatMap((site) => ownership.sites.get(site) ?? []);
  const position = await appendChanges(
    sql,
    owners.map(({ siteId, organisationId }) => ({
      siteId,
      organisationId,
      kind: 'equipment',
      payload: { siteId },
    })),
  );
  return { found, refused, created: { position, ownership } };
}

function pathsOf(wanted: readonly Wanted[]): string[] {
  return wanted.map((one) => one.path);
}

function siteOf(path: string): string {
  return path.slice(0, path.indexOf('/'));
}

function limitReached(path: string, limit: number): Refused {
  return {
    reason: 'creation_limit',
    detail: `"${path}" is new, and ${limit} new signals were created within the last hour. Check what publishes ever new names; it is created once the hour is over.`,
  };
}
