import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { DataPage } from '../data/data-page.tsx';
import { queryOf } from '../data/letter-filter.ts';
import { loadData } from '../data/load-data.ts';
import { replayLetters } from '../data/replay-letters.ts';

export const meta: MetaFunction = () => [{ title: 'Data · Sentia' }];

export async function loader({ context, request }: LoaderFunctionArgs) {
  return { now: await loadData(context, request), banner: context.banner };
}

/** Asks for dead letters to be replayed. The request's Host and Origin were checked before it came here. */
export const action = ({ context, request }: ActionFunctionArgs) => replayLetters(context, request);

export default function DataRoute() {
  const { now, banner } = useLoaderData<typeof loader>();
  const said = useActionData<typeof action>()?.said ?? null;
  return <DataPage key={queryOf(now.asked, now.cursor)} initial={now} said={said} banner={banner} />;
}
