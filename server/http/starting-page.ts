/** What a browser sees while there is no page to show yet; it asks again by itself. */
export function startingPage(title: string, detail: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2">
<title>${escape(title)} – Sentia</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; place-content: center; min-height: 100vh; margin: 0; padding: 2rem; text-align: center; }
h1 { font-size: 1.25rem; }
</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
<p>${escape(detail)}</p>
</main>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
