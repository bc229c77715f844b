import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, type ShouldRevalidateFunctionArgs } from '@remix-run/react';
import { findMachine } from '../machine/find-machine.ts';
import { MachinePage } from '../machine/machine-page.tsx';
import { humanise } from '../text/humanise.ts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  {
    title:
      data === undefined
        ? 'Sentia'
        : `${humanise(data.place.machine)} · ${humanise(data.place.line)} · ${data.snapshot.site.name}`,
  },
];

export async function loader({ context, params }: LoaderFunctionArgs) {
  const { site = '', area = '', line = '', machine = '' } = params;
  const place = { area, line, machine };
  const snapshot = await context.snapshot(site);
  if (snapshot === null) throw new Response(`There is no site "${site}".`, { status: 404 });
  if (findMachine(snapshot, place) === null) {
    throw new Response(`There is no machine "${area}/${line}/${machine}" at ${snapshot.site.name}.`, {
      status: 404,
    });
  }
  return { snapshot, place };
}

/** Another range is another address but the same machine, which the stream keeps current. */
export const shouldRevalidate = ({ currentUrl, nextUrl }: ShouldRevalidateFunctionArgs) =>
  currentUrl.pathname !== nextUrl.pathname;

export default function MachineRoute() {
  const { snapshot, place } = useLoaderData<typeof loader>();
  return (
    <MachinePage
      key={`${snapshot.site.site}/${Object.values(place).join('/')}`}
      snapshot={snapshot}
      place={place}
    />
  );
}
