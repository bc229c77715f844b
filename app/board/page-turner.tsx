import type { LiveLine } from '../../contracts/live.ts';
import { humanise } from '../text/humanise.ts';
import { lineState } from './line-state.ts';
import type { WallPage } from './plan-pages.ts';
import { StateIcon } from './state-icon.tsx';

/** Which page of the wall shows, and what is broken on the others: turning pages must not hide trouble. */
export function PageTurner(props: {
  pages: WallPage[];
  lines: LiveLine[];
  current: number;
  held: boolean;
  onShow: (page: number) => void;
  onHold: () => void;
}) {
  if (props.pages.length < 2) return null;
  const broken = props.pages.flatMap((page, i) =>
    i === props.current
      ? []
      : page.lines.flatMap((index) => {
          const line = props.lines[index];
          return line !== undefined && lineState(line.machines).state === 'breakdown'
            ? [{ line, page: i }]
            : [];
        }),
  );
  return (
    <div className="page-turner" role="group" aria-label="Pages of lines">
      {props.pages.map((page, i) => (
        <button
          key={i}
          type="button"
          aria-current={i === props.current ? 'page' : undefined}
          aria-label={`Lines ${(page.lines[0] ?? 0) + 1} to ${(page.lines.at(-1) ?? 0) + 1}`}
          onClick={() => props.onShow(i)}
        >
          {i + 1}
        </button>
      ))}
      <button type="button" aria-pressed={props.held} onClick={props.onHold}>
        {props.held ? 'Turn pages' : 'Hold'}
      </button>
      {broken.slice(0, 3).map(({ line, page }) => (
        <button key={line.lineId} type="button" className="page-trouble" onClick={() => props.onShow(page)}>
          <StateIcon state="breakdown" /> {humanise(line.line)}
        </button>
      ))}
      {broken.length > 3 && <span className="page-trouble">+ {broken.length - 3} more</span>}
    </div>
  );
}
