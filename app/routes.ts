/** Every page's address in one place. Plain objects: the helpers of @remix-run/route-config would add nothing. */
export default [
  { index: true, file: 'routes/home.tsx' },
  { path: 'sites/:site', file: 'routes/site.tsx' },
  { path: 'sites/:site/machines/:area/:line/:machine', file: 'routes/machine.tsx' },
  { path: 'data', file: 'routes/data.tsx' },
  { path: 'data/now', file: 'routes/data-now.ts' },
  { path: 'connect', file: 'routes/connect.tsx' },
  { path: 'connect/now', file: 'routes/connect-now.ts' },
  { path: '*', file: 'routes/not-found.tsx' },
];
