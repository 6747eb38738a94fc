// Verify Sigstore bundles with @sigstore/verify, offline, against one key that is given here.
//
//   node verify.mjs KEY.pem TIMESTAMPS TSA.json BUNDLE...
//
// TIMESTAMPS says how many time-stamps each bundle must have. TSA.json is a list of chains of
// base64 DER certificates, the leaf first. Prints one line for every bundle: "ok SHA256-OF-PAYLOAD"
// or "no REASON".

import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { bundleFromJSON } from '@sigstore/bundle';
import { Verifier, toSignedEntity, toTrustMaterial } from '@sigstore/verify';

const [keyFile, timestamps, tsaFile, ...bundles] = process.argv.slice(2);
const key = createPublicKey(readFileSync(keyFile));
const hint = createHash('sha256')
  .update(key.export({ type: 'spki', format: 'der' }))
  .digest('base64');

const root = {
  certificateAuthorities: [],
  tlogs: [],
  ctlogs: [],
  timestampAuthorities: JSON.parse(readFileSync(tsaFile)).map((chain) => ({
    certChain: { certificates: chain.map((der) => ({ rawBytes: Buffer.from(der, 'base64') })) },
  })),
};
const select = (named) => {
  if (named !== hint) throw new Error(`unknown key ${named}`);
  return { publicKey: key, validFor: () => true };
};
const verifier = new Verifier(toTrustMaterial(root, select), {
  tlogThreshold: 0,
  ctlogThreshold: 0,
  timestampThreshold: Number(timestamps),
});

for (const file of bundles) {
  try {
    const bundle = bundleFromJSON(JSON.parse(readFileSync(file)));
    verifier.verify(toSignedEntity(bundle));
    const { payload } = bundle.content.dsseEnvelope;
    console.log('ok', createHash('sha256').update(payload).digest('hex'));
  } catch (error) {
    console.log('no', String(error.message).split('\n')[0]);
  }
}
