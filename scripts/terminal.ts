/** What a program of ours shows: words for people in two languages, and a bar where somebody watches. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** The command was not understood: the usage is shown, and the exit code is 2. */
export class Misuse extends Error {}

export interface Progress {
  (done: number, of: number): void;
  end(): void;
}

/** A bar where somebody watches, nothing in a file. */
export function progressOn(terminal: Terminal): Progress {
  let shown = '';
  const bar = (done: number, of: number): void => {
    if (!terminal.isTTY || of === 0) return;
    const filled = Math.round((30 * done) / of);
    const line = `\r${'█'.repeat(filled)}${'░'.repeat(Math.max(0, 30 - filled))} ${done}/${of}`;
    if (line !== shown) terminal.write((shown = line));
  };
  const end = (): void => {
    if (shown) terminal.write('\n');
    shown = '';
  };
  return Object.assign(bar, { end });
}
