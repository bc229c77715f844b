import { Navigation } from '../shell/navigation.tsx';
import { PageLink } from '../shell/page-link.tsx';

/** A new installation without a demo. */
export function NoSite() {
  return (
    <main className="page error-page">
      <h1>No machine has spoken yet</h1>
      <p className="text-muted">
        A site appears here as soon as its first machine publishes a value over MQTT.
      </p>
      <p>
        <PageLink to="/connect" className="button">
          Connect a machine
        </PageLink>
      </p>
      <Navigation board="/" />
    </main>
  );
}
