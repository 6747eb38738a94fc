// The tree of RFC 6962 over salted leaves: it binds the files that are shown to the signed root, and
// tells nothing about the others.

const LEAF_FORMAT = 'mnaudit-leaf/v1';

/** Return the hash of a leaf; its salt stands between a curious reader and the content. */
function hashLeaf({ path, sha256: digest, size, salt }) {
  const leaf = { v: LEAF_FORMAT, path, sha256: digest, size, salt };
  return sha256(joinBytes(Uint8Array.of(0), encodeText(canonical(leaf))));
}

// Leaves and nodes have prefixes of their own, so that no node can be shown as a leaf.
const hashNode = (left, right) => sha256(joinBytes(Uint8Array.of(1), left, right));

/** Return the root over leaf hashes in their order (RFC 9162 §2.1.1). */
async function rootOf(hashes) {
  let level = hashes;
  while (level.length > 1) {
    const pairs = level.filter((_, at) => at % 2 === 0 && at + 1 < level.length);
    const above = await Promise.all(pairs.map((left, at) => hashNode(left, level[2 * at + 1])));
    // A last node without a sibling moves up as it is.
    level = level.length % 2 ? [...above, level[level.length - 1]] : above;
  }
  return level[0];
}

/** Tell whether the leaf with this hash stands at `index` of a tree (RFC 9162 §2.1.3.2). */
async function isIncluded(hash, index, size, proof, root) {
  if (index >= size) return false;
  let [at, last, found] = [index, size - 1, hash];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 || at === last) {
      found = await hashNode(sibling, found);
      while (at % 2 === 0 && at) [at, last] = [at >> 1, last >> 1];
    } else {
      found = await hashNode(found, sibling);
    }
    [at, last] = [at >> 1, last >> 1];
  }
  return last === 0 && equalBytes(found, root);
}
