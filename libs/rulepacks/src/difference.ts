export interface PackChange {
  /** RFC 6901; of what was removed the place in the earlier version, otherwise that in the later one. */
  readonly pointer: string;
  readonly kind: 'ADDED' | 'REMOVED' | 'CHANGED';
  /** Absent on the side where there is nothing. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** By what the elements of a list are told apart, so that one that is put in does not make all after it appear changed. */
const NAMES = ['code', 'id', 'situation', 'kind', 'topic', 'value'] as const;

/** What differs between two versions of a pack, in the order of the later one. The order of a list of named elements is none of it. */
export function packDifference(before: unknown, after: unknown, pointer = ''): PackChange[] {
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, pointer);
  if (isRecord(before) && isRecord(after)) {
    const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
    return [
      ...Object.keys(after).flatMap((key) =>
        Object.hasOwn(before, key)
          ? packDifference(before[key], after[key], `${pointer}/${escape(key)}`)
          : [added(`${pointer}/${escape(key)}`, after[key])],
      ),
      ...removed.map((key) => gone(`${pointer}/${escape(key)}`, before[key])),
    ];
  }
  return before === after ? [] : [{ pointer, kind: 'CHANGED', before, after }];
}

function ofLists(before: readonly unknown[], after: readonly unknown[], pointer: string): PackChange[] {
  const names = [before, after].map((list) => list.map(nameOf)) as [string[], string[]];
  const [old, now] = names.every((list) => new Set(list).size === list.length)
    ? names
    : [before.map((_, i) => String(i)), after.map((_, i) => String(i))];
  return [
    ...after.flatMap((element, i) => {
      const place = old.indexOf(now[i]!);
      return place < 0
        ? [added(`${pointer}/${i}`, element)]
        : packDifference(before[place], element, `${pointer}/${i}`);
    }),
    ...before.flatMap((element, i) => (now.includes(old[i]!) ? [] : [gone(`${pointer}/${i}`, element)])),
  ];
}

/** The name of an element, or of one without a name its whole value, as text. */
function nameOf(element: unknown): string {
  const name = isRecord(element) ? NAMES.find((key) => Object.hasOwn(element, key)) : undefined;
  return JSON.stringify(name === undefined ? element : [name, (element as Record<string, unknown>)[name]]);
}

const added = (pointer: string, after: unknown): PackChange => ({ pointer, kind: 'ADDED', after });
const gone = (pointer: string, before: unknown): PackChange => ({ pointer, kind: 'REMOVED', before });
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const escape = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');
