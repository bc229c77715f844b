import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { DataPage } from '../data/data-page.tsx';
import { loadData } from '../data/load-data.ts';

export const meta: MetaFunction = () => [{ title: 'Data · Sentia' }];

export async function loader({ context, request }: LoaderFunctionArgs) {
  return { now: await loadData(context, request), banner: context.banner };
}

export default function DataRoute() {
  const { now, banner } = useLoaderData<typeof loader>();
  return <DataPage key={now.cursor} initial={now} banner={banner} />;
}
