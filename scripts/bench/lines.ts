/** The lines of a file, some at a time; an end of line at its end begins no further one. */
export function* linesOf(file: Buffer, atOnce: number): Generator<Buffer[]> {
  for (let at = 0; at < file.length;) {
    const lines: Buffer[] = [];
    while (lines.length < atOnce && at < file.length) {
      const end = file.indexOf(0x0a, at);
      const next = end < 0 ? file.length : end;
      lines.push(file.subarray(at, next));
      at = next + 1;
    }
    yield lines;
  }
}
