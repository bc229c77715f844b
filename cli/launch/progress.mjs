const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const REDRAW_MS = 100;
const REMIND_MS = 20_000;

/**
 * Says what takes long, on stderr so that `--json` keeps stdout to itself: one line that redraws itself on a terminal,
 * else a plain line at the start, at the end and now and then between.
 * @param {{ stream?: NodeJS.WriteStream, now?: () => number }} [options]
 */
export function createProgress({ stream = process.stderr, now = Date.now } = {}) {
  const live = stream.isTTY === true && process.env['CI'] === undefined && process.env['TERM'] !== 'dumb';
  /** @type {{ text: string, since: number, timer: NodeJS.Timeout, frame: number } | null} */
  let task = null;

  const seconds = () => `${Math.round((now() - (task?.since ?? now())) / 1000)} s`;
  const draw = () => {
    if (task === null) return;
    const line = `${FRAMES[task.frame++ % FRAMES.length]} ${task.text} (${seconds()})`;
    stream.write(`\r\x1b[2K${line.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
  };
  const clear = () => {
    if (live && task !== null) stream.write('\r\x1b[2K');
  };

  return {
    /** @param {string} text what goes on now, e.g. "Installing packages" */
    start(text) {
      this.stop();
      if (live) {
        task = { text, since: now(), frame: 0, timer: setInterval(draw, REDRAW_MS) };
        draw();
      } else {
        stream.write(`${text} …\n`);
        const remind = () => stream.write(`  … ${task?.text ?? text} (${seconds()})\n`);
        task = { text, since: now(), frame: 0, timer: setInterval(remind, REMIND_MS) };
      }
      task.timer.unref();
    },
    /** Changes the text of what goes on; off a terminal it is said with the next reminder. @param {string} text */
    update(text) {
      if (task === null) return this.start(text);
      task.text = text;
      if (live) draw();
    },
    /** Prints a line that stays, above the one that moves. @param {string} line */
    say(line) {
      clear();
      stream.write(`${line}\n`);
      if (live) draw();
    },
    /** @param {string} text how it ended, e.g. "Installed packages" */
    done(text) {
      const took = seconds();
      this.stop();
      stream.write(live ? `✓ ${text} (${took})\n` : `${text} (${took})\n`);
    },
    stop() {
      clear();
      if (task !== null) clearInterval(task.timer);
      task = null;
    },
  };
}
/** @typedef {ReturnType<typeof createProgress>} Progress */
