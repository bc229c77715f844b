import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { ConnectPage } from '../connect/connect-page.tsx';
import { loadConnect } from '../connect/load-connect.ts';

export const meta: MetaFunction = () => [{ title: 'Connect a machine · Sentia' }];

export async function loader({ context }: LoaderFunctionArgs) {
  return { now: await loadConnect(context), broker: context.broker, banner: context.banner };
}

export default function ConnectRoute() {
  return <ConnectPage {...useLoaderData<typeof loader>()} />;
}
