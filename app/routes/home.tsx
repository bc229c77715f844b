import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { Board } from '../board/board.tsx';
import { loadBoard } from '../board/load-board.ts';
import { NoSite } from '../board/no-site.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.board === undefined ? 'Sentia' : `${data.board.snapshot.site.name} · Sentia` },
];

/** The visitor's first site: the simulated one while the demo exists, else the first by name. */
export async function loader({ context }: LoaderFunctionArgs) {
  const sites = await context.sites();
  const first = sites.find((site) => site.simulated) ?? sites[0];
  return { board: first === undefined ? undefined : await loadBoard(context, first.site) };
}

export default function HomePage() {
  const { board } = useLoaderData<typeof loader>();
  return board === undefined ? <NoSite /> : <Board {...board} />;
}
