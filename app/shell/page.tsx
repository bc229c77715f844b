import type { ReactNode } from 'react';
import { Navigation } from './navigation.tsx';

/** A page that is read, not watched: title, what it says, navigation. */
export function Page(props: {
  title: string;
  aside?: ReactNode;
  banner: string | null;
  children: ReactNode;
}) {
  return (
    <div className="page">
      <header className="page-head">
        <h1>{props.title}</h1>
        {props.aside}
        <Navigation board="/" />
      </header>
      <main className="page-body">{props.children}</main>
      {props.banner !== null && <p className="banner">{props.banner}</p>}
    </div>
  );
}
