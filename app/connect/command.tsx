import { useId, useRef, useState } from 'react';

/** A command to take along. Where the clipboard is out of reach (plain http) it is selected instead. */
export function Command({ label, command }: { label: string; command: string }) {
  const [copied, setCopied] = useState<string | null>(null);
  const code = useRef<HTMLElement>(null);
  const id = useId();
  const select = () => {
    if (code.current !== null) getSelection()?.selectAllChildren(code.current);
    setCopied(null);
  };
  const copy = () => {
    if (!('clipboard' in navigator)) return select();
    navigator.clipboard.writeText(command).then(() => setCopied(command), select);
  };
  return (
    <div className="command">
      <p id={id}>{label}</p>
      <pre tabIndex={0} aria-labelledby={id}>
        <code ref={code}>{command}</code>
      </pre>
      <button
        type="button"
        className="button"
        data-quiet
        aria-label={`Copy the command: ${label}`}
        onClick={copy}
      >
        <span role="status">{copied === command ? 'Copied' : 'Copy'}</span>
      </button>
    </div>
  );
}
