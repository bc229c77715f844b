/// <reference types="vite/client" />
import 'react';

declare module 'react' {
  // Custom properties are how a component hands numbers to its styles.
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined;
  }
}

declare global {
  interface Window {
    /** Set by Remix's scripts; `version` changes with the build. */
    readonly __remixManifest: { readonly version: string };
  }
}
