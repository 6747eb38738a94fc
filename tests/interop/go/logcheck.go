// Logcheck verifies notes, cosignatures and proofs with golang.org/x/mod, which is not ours.
//
//	logcheck note VKEY NOTEFILE
//	logcheck cosignature VKEY NOTEFILE
//	logcheck record SIZE ROOT INDEX LEAFHASH [HASH ...]
//	logcheck tree SIZE ROOT OLDSIZE OLDROOT [HASH ...]
//
// Hashes are in base64. It exits with 0 and prints the text of the note, or "ok"; else with 1.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	out, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
	fmt.Print(out)
}

func run(args []string) (string, error) {
	if len(args) < 3 {
		return "", errors.New("usage")
	}
	switch args[0] {
	case "note":
		verifier, err := note.NewVerifier(args[1])
		if err != nil {
			return "", err
		}
		return open(verifier, args[2])
	case "cosignature":
		verifier, err := newWitness(args[1])
		if err != nil {
			return "", err
		}
		return open(verifier, args[2])
	case "record":
		size, root, index, leaf, proof, err := proofOf(args[1:])
		if err != nil {
			return "", err
		}
		return "ok\n", tlog.CheckRecord(proof, size, root, index, leaf)
	case "tree":
		size, root, oldSize, oldRoot, proof, err := proofOf(args[1:])
		if err != nil {
			return "", err
		}
		return "ok\n", tlog.CheckTree(proof, size, root, oldSize, oldRoot)
	}
	return "", errors.New("usage")
}

// open reads a note that must be signed by the verifier.
func open(verifier note.Verifier, path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return "", err
	}
	// A checkpoint is the text of a tree in another dress: let tlog have a look at it as well.
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 {
		return "", errors.New("no checkpoint")
	}
	if _, err := strconv.ParseInt(lines[1], 10, 64); err != nil {
		return "", err
	}
	if _, err := tlog.ParseHash(lines[2]); err != nil {
		return "", err
	}
	return opened.Text, nil
}

// proofOf reads two pairs of number and hash, and the hashes of a proof.
func proofOf(args []string) (n int64, a tlog.Hash, m int64, b tlog.Hash, proof []tlog.Hash, err error) {
	if len(args) < 4 {
		return n, a, m, b, proof, errors.New("usage")
	}
	if n, err = strconv.ParseInt(args[0], 10, 64); err != nil {
		return
	}
	if a, err = tlog.ParseHash(args[1]); err != nil {
		return
	}
	if m, err = strconv.ParseInt(args[2], 10, 64); err != nil {
		return
	}
	if b, err = tlog.ParseHash(args[3]); err != nil {
		return
	}
	for _, text := range args[4:] {
		var hash tlog.Hash
		if hash, err = tlog.ParseHash(text); err != nil {
			return
		}
		proof = append(proof, hash)
	}
	return
}

// witness verifies c2sp.org/tlog-cosignature of Ed25519, which x/mod does not know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) (*witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("malformed vkey")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != 4 {
		return nil, errors.New("malformed vkey")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	hash := binary.BigEndian.Uint32(sum[:4])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, errors.New("key id does not fit")
	}
	return &witness{parts[0], hash, ed25519.PublicKey(raw[1:])}, nil
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }

func (w *witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	var signed bytes.Buffer
	fmt.Fprintf(&signed, "cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig[:8]))
	signed.Write(msg)
	return ed25519.Verify(w.key, signed.Bytes(), sig[8:])
}
