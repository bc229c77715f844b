import type { LoaderFunctionArgs } from '@remix-run/node';
import { loadData } from '../data/load-data.ts';

/** The data page's numbers alone, for the open page to ask again. */
export const loader = async ({ context, request }: LoaderFunctionArgs) =>
  Response.json(await loadData(context, request), { headers: { 'Cache-Control': 'no-store' } });
