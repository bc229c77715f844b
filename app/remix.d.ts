import '@remix-run/node';
import '@remix-run/server-runtime';
import type { AppContext } from '../server/app-context.ts';

// Loaders receive everything as `context` (server/context.ts builds it per request).
declare module '@remix-run/server-runtime' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- declaration merging needs an interface
  interface AppLoadContext extends AppContext {}
}
declare module '@remix-run/node' {
  interface Future {
    v3_singleFetch: true;
  }
}
