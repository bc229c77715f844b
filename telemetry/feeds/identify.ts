import { timingSafeEqual, createHash } from 'node:crypto';
import { BROKER_USER } from '../../contracts/simulated-plant.ts';

/** Who speaks on a connection to the embedded broker. */
export interface Identity {
  /** `sentia` may publish and read sentia/#; nobody else may. */
  kind: 'sentia' | 'publisher';
  /** Slug of the organisation that its messages go to. */
  organisation: string;
}

/**
 * Knows Sentia's own users by their passwords. Without a user name one is a publisher of the default organisation,
 * which is right on loopback only. @returns null for a name or password that is wrong: a typo should be seen.
 */
export function createIdentify(deps: {
  passwords: Readonly<Record<string, string>>;
  defaultOrganisation: string;
  simulatorOrganisation: string;
}): (username: string | undefined, password: Uint8Array | undefined) => Identity | null {
  const { passwords, defaultOrganisation, simulatorOrganisation } = deps;
  const identities = new Map<string, Identity>([
    [BROKER_USER.server, { kind: 'sentia', organisation: defaultOrganisation }],
    [BROKER_USER.simulator, { kind: 'publisher', organisation: simulatorOrganisation }],
  ]);
  return (username, password) => {
    if (username === undefined || username === '')
      return { kind: 'publisher', organisation: defaultOrganisation };
    const expected = Object.hasOwn(passwords, username) ? passwords[username] : undefined;
    if (expected === undefined || password === undefined) return null;
    if (!timingSafeEqual(digest(Buffer.from(expected)), digest(password))) return null;
    return identities.get(username) ?? null;
  };
}

function digest(secret: Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest();
}
