import type { LoaderFunctionArgs } from '@remix-run/node';
import { loadConnect } from '../connect/load-connect.ts';

/** What arrives and what was refused, for the open page to ask again. */
export const loader = async ({ context }: LoaderFunctionArgs) =>
  Response.json(await loadConnect(context), { headers: { 'Cache-Control': 'no-store' } });
