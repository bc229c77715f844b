import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { Board } from '../board/board.tsx';
import { loadBoard } from '../board/load-board.ts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data === undefined ? 'Sentia' : `${data.snapshot.site.name} · Sentia` },
];

export const loader = ({ context, params }: LoaderFunctionArgs) => loadBoard(context, params.site ?? '');

export default function SitePage() {
  return <Board {...useLoaderData<typeof loader>()} />;
}
