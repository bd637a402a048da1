export { decodeBundle, encodeBundle, MAX_ENTRY_BYTES } from './bundle.js';
export { formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.js';
export type { Checkpoint } from './checkpoint.js';
export { continues } from './continues.js';
export { cosignatureTime, cosigner, generateCosignerKey, parseCosignerSkey, parseCosignerVkey } from './cosignature.js';
export { fsck } from './fsck.js';
export type { Fault, FsckOptions, FsckReport } from './fsck.js';
export { emptyRoot, HASH_SIZE, leafHash, nodeHash, TlogError } from './hash.js';
export { emptyLog, integrate, restoreLog } from './integrate.js';
export type { Integration, LogState, StoredBundle, StoredTile } from './integrate.js';
export { folderWitnessStore, readIfThere, syncFolder, writeWhole } from './folder.js';
export { formatVkey, keyId } from './key.js';
export { ForkError, mirror } from './mirror.js';
export type { MirrorOptions, MirrorReport } from './mirror.js';
export {
  formatNote,
  generateNoteKey,
  noteSigner,
  openNote,
  parseSkey,
  parseVkey,
  signNote,
  splitNote,
} from './note.js';
export type { NoteSignature, OpenedNote, Signer, Verifier } from './note.js';
export { parsePolicy, policyOf, verifyCheckpoint } from './policy.js';
export type { CosignedBetween, Policy, Quorum, TrustedCheckpoint } from './policy.js';
export { formatProof, parseProof, verifyProof } from './proof.js';
export type { Proof } from './proof.js';
export { folderSource, readHashes, urlSource, UnreachableError } from './source.js';
export type { Source } from './source.js';
export { nodeReader, parseTilePath, partialTiles, TILE_WIDTH, tilePath, tilesBetween, tileWidth } from './tile.js';
export type { HashTile, ReadTile, Tile } from './tile.js';
export { consistencyProof, inclusionProof, rootAt, Tree, verifyConsistency, verifyInclusion } from './tree.js';
export type { ReadNode } from './tree.js';
export { addCheckpoint, formatAddCheckpoint, parseAddCheckpoint } from './witness.js';
export type { AddCheckpoint, Witness, WitnessAnswer, WitnessStore } from './witness.js';
export { addSignatures, askWitness, httpWitness, WitnessConflict } from './witness-client.js';
export type { WitnessClient } from './witness-client.js';
