package nfsfs

import (
	"slices"

	"bluecore.internal/lab/simnfs/internal/nfs3"
	"bluecore.internal/lab/simnfs/internal/sunrpc"
)

// pageShift makes page numbers of offsets. The kernel caches, and so this client orders, whole pages.
const pageShift = 12

// write is one that a program was told went well, and that the server has not stored.
type write struct {
	number   uint64 // in the order of the file's writes
	offset   uint64
	data     []byte // not empty
	cred     sunrpc.Credentials
	verifier nfs3.Verifier // of the answer
}

func (w *write) pages() (first, last uint64) {
	return w.offset >> pageShift, (w.offset + uint64(len(w.data)) - 1) >> pageShift
}

// sharesPage tells whether two writes must reach the server one after the other.
func (w *write) sharesPage(other *write) bool {
	first, last := w.pages()
	otherFirst, otherLast := other.pages()
	return first <= otherLast && otherFirst <= last
}

// writeback is a file's writes on their way: flying, then kept until a COMMIT, then gone. It belongs to node.mu.
// Writes that share a page fly one after the other, so kept has them in the order in which they were made.
type writeback struct {
	lastNumber uint64
	flying     []*write // sent, not answered
	kept       []*write // answered, not known to be stored
	keptBytes  int
	committing bool // a COMMIT is on its way
	repeating  bool // kept writes are being sent again: no new ones, they could be overtaken
	failure    failure
}

// unstored tells whether the server may still need something from here.
func (b *writeback) unstored() bool {
	return len(b.flying) > 0 || len(b.kept) > 0 || b.committing || b.repeating
}

// collides tells whether a new write must wait.
func (b *writeback) collides(w *write) bool {
	return b.repeating || slices.ContainsFunc(b.flying, w.sharesPage)
}

// landed takes an answered write out of flying.
func (b *writeback) landed(w *write) {
	b.flying = slices.DeleteFunc(b.flying, func(other *write) bool { return other == w })
}

// flyingUpTo tells whether a write of that number or a lower one has no answer yet.
func (b *writeback) flyingUpTo(number uint64) bool {
	return b.repeating || slices.ContainsFunc(b.flying, func(w *write) bool { return w.number <= number })
}

// keepsUnder tells whether the first n kept writes were all answered under one verifier.
func (b *writeback) keepsUnder(v nfs3.Verifier, n int) bool {
	return !slices.ContainsFunc(b.kept[:n], func(w *write) bool { return w.verifier != v })
}

// settle waits until the server has answered the writes made before. It is true if there were any.
func (n *node) settle() (waited bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.awaitFlying()
}

// awaitFlying is settle with n.mu held.
func (n *node) awaitFlying() (waited bool) {
	last := n.lastNumber
	for n.flyingUpTo(last) {
		waited = true
		n.changed.Wait()
	}
	return waited
}
