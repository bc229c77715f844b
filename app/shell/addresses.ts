import type { SignalPath } from '../../contracts/slug.ts';

/** Where pages live. Slugs are any printable text, so each is encoded. */
export const siteAddress = (site: string) => `/sites/${encodeURIComponent(site)}`;

export const machineAddress = ({ site, area, line, machine }: Omit<SignalPath, 'signal'>) =>
  `${siteAddress(site)}/machines/${[area, line, machine].map(encodeURIComponent).join('/')}`;
