/** Deeper than anything that is written here. What walks through JSON calls itself, and must not exhaust the stack. */
const DEPTH_MAX = 64;

/** JSON from anybody. @throws SyntaxError, also when it is nested too deeply */
export function parseJson(text: string): unknown {
  // What opens no more brackets is not deeper.
  if (hasMore(text, '[', DEPTH_MAX / 2) || hasMore(text, '{', DEPTH_MAX / 2)) mustBeShallow(text);
  return JSON.parse(text) as unknown;
}

function hasMore(text: string, char: string, count: number): boolean {
  let at = text.indexOf(char);
  for (; at >= 0 && count > 0; count -= 1) at = text.indexOf(char, at + 1);
  return at >= 0;
}

function mustBeShallow(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 0x22) quoted = !quoted;
    else if (quoted) i += char === 0x5c ? 1 : 0;
    else if (char === 0x5b || char === 0x7b) depth += 1;
    else if (char === 0x5d || char === 0x7d) depth -= 1;
    if (depth > DEPTH_MAX) throw new SyntaxError(`nested deeper than ${DEPTH_MAX} levels`);
  }
}
