/** Every address that no other route has. */
export function loader() {
  throw new Response('', { status: 404 });
}

export default function NotFound() {
  return null;
}
