/** Every page's address in one place. Plain objects: the helpers of @remix-run/route-config would add nothing. */
export default [
  { index: true, file: 'routes/home.tsx' },
  { path: 'sites/:site', file: 'routes/site.tsx' },
  { path: '*', file: 'routes/not-found.tsx' },
];
