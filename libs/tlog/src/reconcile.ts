/** Above this many disputed places the combinations are not tried: 2^8 roots are about 20 ms. */
const MAX_DISPUTED = 8;

/**
 * Hashes that give the expected root, chosen place by place from two accounts of them: the stored tile (`claimed`) and what
 * the resources below give (`below`), undefined where nothing could be read. Undefined when no choice gives the root.
 */
export function reconcile(
  claimed: readonly (Buffer | undefined)[],
  below: readonly (Buffer | undefined)[],
  rootOf: (hashes: Buffer) => Buffer,
  expected: Buffer,
): Buffer | undefined {
  const chosen = claimed.map((hash, i) => below[i] ?? hash);
  if (!chosen.every((hash) => hash !== undefined)) return undefined;
  const matches = (): Buffer | undefined => {
    const hashes = Buffer.concat(chosen);
    return rootOf(hashes).equals(expected) ? hashes : undefined;
  };
  const first = matches();
  if (first) return first;
  const disputed = chosen.flatMap((hash, i) => (claimed[i] && !claimed[i].equals(hash) ? [i] : []));
  if (disputed.length > MAX_DISPUTED) return undefined;
  for (let choice = 1; choice < 2 ** disputed.length; choice++) {
    disputed.forEach((place, bit) => (chosen[place] = ((choice >> bit) & 1 ? claimed : below)[place]!));
    const found = matches();
    if (found) return found;
  }
  return undefined;
}
